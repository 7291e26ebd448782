import { createHmac } from 'node:crypto';
import type { ForgeKind } from '../core/forge-push.ts';

/** No forge is told to grade it, so a push to it is taken and then left. */
const BRANCH = 'labgrader/test-delivery';

/** A push as the forge would tell of it, signed with the forge's secret. */
export function sampleDelivery(
  kind: ForgeKind,
  sample: {
    readonly id: string;
    readonly secret: string;
    readonly repository: string;
    readonly commit: string;
  },
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const { id, secret, repository, commit } = sample;
  const push = { ref: `refs/heads/${BRANCH}`, before: '0'.repeat(40), after: commit };
  const body = JSON.stringify(
    kind === 'gitlab'
      ? { object_kind: 'push', ...push, project: { path_with_namespace: repository } }
      : { ...push, repository: { full_name: repository } },
  );
  const mac = createHmac('sha256', secret).update(body).digest('hex');
  const headers = {
    github: { 'x-github-event': 'push', 'x-github-delivery': id, 'x-hub-signature-256': `sha256=${mac}` },
    gitlab: { 'x-gitlab-event': 'Push Hook', 'x-gitlab-event-uuid': id, 'x-gitlab-token': secret },
    gitea: { 'x-gitea-event': 'push', 'x-gitea-delivery': id, 'x-gitea-signature': mac },
  }[kind];
  return { headers: { 'content-type': 'application/json', ...headers }, body };
}
