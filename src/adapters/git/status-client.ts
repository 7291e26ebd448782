import type { CommitOrigin, CommitStatus, StatusClient } from '../../app/ports/forges.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import type { ForgeKind } from '../../core/forge-push.ts';
import { guardedRequest } from '../outbound/guarded-request.ts';

const TIME_MS = 10_000;
const MAX_ANSWER_BYTES = 16 * 1024;

interface Call {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
}

/** Commit statuses by the documented APIs of GitHub, GitLab, and Gitea or Forgejo. */
export function statusClient(options: { readonly privateHosts: readonly string[] }): StatusClient {
  return {
    async post(origin, status, signal) {
      const call = callOf(origin, status);
      const request = {
        method: 'POST',
        url: call.url,
        headers: { ...call.headers, 'Content-Type': 'application/json' },
        body: JSON.stringify(call.body),
        maxBytes: MAX_ANSWER_BYTES,
      } as const;
      const answer = await guardedRequest(request, options.privateHosts, inTime(signal));
      if (answer.status === 201 || answer.status === 200) return;
      // GitLab refuses to be told the same state twice, which "at least once" does.
      if (origin.kind === 'gitlab' && answer.status === 400 && /Cannot transition status/i.test(answer.text))
        return;
      throw new GraderFault(`the forge answered ${answer.status} to a commit status`);
    },
  };
}

function callOf(origin: CommitOrigin, status: CommitStatus): Call {
  const { state, context, url, description } = status;
  const token = origin.credential ?? '';
  const api = apiOf(origin.kind, origin.baseUrl);
  const sha = origin.commit;
  switch (origin.kind) {
    case 'github':
      return {
        url: `${api}/repos/${origin.name}/statuses/${sha}`,
        headers: {
          Accept: 'application/vnd.github+json',
          Authorization: `Bearer ${token}`,
          'X-GitHub-Api-Version': '2022-11-28',
        },
        body: { state, context, target_url: url, description: description.slice(0, 140) },
      };
    case 'gitlab':
      return {
        url: `${api}/projects/${encodeURIComponent(origin.name)}/statuses/${sha}`,
        headers: { 'PRIVATE-TOKEN': token },
        body: {
          state: state === 'failure' || state === 'error' ? 'failed' : state,
          name: context,
          target_url: url,
          description: description.slice(0, 255),
        },
      };
    case 'gitea':
      return {
        url: `${api}/repos/${origin.name}/statuses/${sha}`,
        headers: { Authorization: `token ${token}` },
        body: { state, context, target_url: url, description: description.slice(0, 255) },
      };
  }
}

/** github.com has a host of its own for its API; everybody else a path. */
function apiOf(kind: ForgeKind, baseUrl: string): string {
  switch (kind) {
    case 'github':
      return baseUrl === 'https://github.com' ? 'https://api.github.com' : `${baseUrl}/api/v3`;
    case 'gitlab':
      return `${baseUrl}/api/v4`;
    case 'gitea':
      return `${baseUrl}/api/v1`;
  }
}

function inTime(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(TIME_MS)]);
}
