import type { ChildProcess } from 'node:child_process';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { GitRemote, RemoteAnswer, RemoteCall, RemoteRepository } from '../../app/ports/git-remote.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import { Refusal } from '../../core/refusal.ts';
import { answerHooks } from './answer-hooks.ts';
import { readCgiHead } from './cgi-answer.ts';
import { endGit, startGit } from './git-process.ts';
import { installHooks } from './hook.ts';
import { readTree } from './read-tree.ts';
import { isDiskFull } from './is-disk-full.ts';
import { ensureRepository, tipOf } from './repository-folder.ts';
import { RepositoryUse } from './repository-use.ts';
import { tidyRepositories } from './tidy-repositories.ts';

export interface GitRemoteOptions {
  /** Where the repositories lie. */
  readonly folder: string;
  /** Bytes of one push, packed. */
  readonly pushBytes: number;
  /** Bytes of one repository. */
  readonly repositoryBytes: number;
  /** Requests served at once; who watches a push being graded takes one. */
  readonly atOnce: number;
  /** What went wrong where nobody waits for an answer. */
  readonly onError: (error: unknown) => void;
}

/** Longest time that a push is served, watching included. */
const LONGEST_MS = 20 * 60_000;
const ID = /^[0-9a-f-]{36}$/;

/** Git's own server program, run for each request in an environment of its own. */
export async function openGitRemote(options: GitRemoteOptions): Promise<GitRemote & AsyncDisposable> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  // As git itself will say where things lie.
  const root = await realpath(options.folder);
  const hooks = join(root, 'hooks');
  await installHooks(hooks);
  const running = new Set<ChildProcess>();
  const closing = new AbortController();
  const use = new RepositoryUse();

  return {
    async serve(repository, call, handlers, gone): Promise<RemoteAnswer> {
      const path = pathOf(root, repository);
      if (running.size >= options.atOnce || closing.signal.aborted) throw busy();
      const release = await use.hold(path);
      await ensureRepository(path, closing.signal).catch((error: unknown) => {
        release();
        options.onError(error);
        throw isDiskFull(error) ? full() : error;
      });
      const child = startBackend(path, hooks, call, options);
      running.add(child);
      const timer = setTimeout(() => {
        endGit(child);
      }, LONGEST_MS);
      child.once('close', () => {
        clearTimeout(timer);
        running.delete(child);
        release();
      });
      const started = new Promise<never>((_resolve, reject) => {
        child.once('error', (cause) => {
          running.delete(child);
          clearTimeout(timer);
          release();
          reject(new GraderFault('git could not be started', { cause }));
        });
      });
      started.catch(() => undefined);
      feedBody(child, call.body, options.pushBytes * 2, gone);
      const unwatched = AbortSignal.any([gone, closing.signal]);
      answerHooks(child, path, handlers, unwatched).catch((error: unknown) => {
        options.onError(error);
        endGit(child);
      });
      const { stdout } = child;
      if (stdout === null) throw new GraderFault('git has no output');
      child.stderr?.resume();
      const head = await Promise.race([readCgiHead(stdout), started]);
      return { ...head, body: stdout };
    },
    tip: async (repository, ref, signal) => tipOf(pathOf(root, repository), ref, signal),
    files: async (repository, commit, limits, signal) =>
      readTree({ repository: pathOf(root, repository) }, commit, null, limits, signal),
    tidy: (signal) =>
      tidyRepositories(join(root, 'repositories'), use, options, AbortSignal.any([signal, closing.signal])),
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('the server is ending'));
      // Those who watch are told so and end by themselves.
      const end = performance.now() + 1_000;
      while (running.size > 0 && performance.now() < end) await new Promise((done) => setTimeout(done, 20));
      for (const child of running) endGit(child);
    },
  };
}

function pathOf(root: string, { assignmentId, personId }: RemoteRepository): string {
  if (!ID.test(assignmentId) || !ID.test(personId)) throw new GraderFault('not an id');
  return join(root, 'repositories', assignmentId, `${personId}.git`);
}

function startBackend(
  path: string,
  hooks: string,
  call: RemoteCall,
  options: GitRemoteOptions,
): ChildProcess {
  return startGit({
    args: ['http-backend'],
    folder: path,
    limits: { timeMs: LONGEST_MS, fileBytes: options.repositoryBytes * 2 },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    environment: {
      GIT_PROJECT_ROOT: path,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: call.path,
      REQUEST_METHOD: call.method,
      QUERY_STRING: call.path === '/info/refs' ? `service=${call.service}` : '',
      CONTENT_TYPE: call.contentType,
      REMOTE_USER: 'learner',
      REMOTE_ADDR: '127.0.0.1',
      GATEWAY_INTERFACE: 'CGI/1.1',
      SERVER_PROTOCOL: 'HTTP/1.1',
      ...(call.contentLength !== undefined && { CONTENT_LENGTH: call.contentLength }),
      ...(call.contentEncoding !== undefined && { HTTP_CONTENT_ENCODING: call.contentEncoding }),
      ...(call.protocol !== undefined && { GIT_PROTOCOL: call.protocol }),
    },
    settings: [
      ['core.hooksPath', hooks],
      ['http.receivepack', 'true'],
      ['http.uploadpack', 'true'],
      ['http.uploadarchive', 'false'],
      ['http.getanyfile', 'false'],
      ['receive.maxInputSize', String(options.pushBytes)],
      // Packs stay packed: what is small when pushed stays small on the disk.
      ['receive.unpackLimit', '1'],
      ['receive.autogc', 'false'],
      ['receive.advertisePushOptions', 'false'],
      ['receive.denyDeleteCurrent', 'refuse'],
      ['receive.denyCurrentBranch', 'ignore'],
    ],
  });
}

/** Passes the request on; one that breaks off, or is larger than any push may be, ends the process. */
function feedBody(child: ChildProcess, body: Readable, maxBytes: number, gone: AbortSignal): void {
  const { stdin } = child;
  if (stdin === null) return;
  let bytes = 0;
  let whole = false;
  stdin.on('error', () => undefined);
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) endGit(child);
  });
  body.once('end', () => {
    whole = true;
  });
  body.once('error', () => {
    endGit(child);
  });
  gone.addEventListener(
    'abort',
    () => {
      if (!whole) endGit(child);
    },
    { once: true },
  );
  body.pipe(stdin);
}

function full(): Refusal {
  return new Refusal('unavailable', 'There is no room on the disk of the service: nothing was kept.', {
    rule: 'git.disk',
    wayOut: 'Push again in a while, or hand in an archive.',
    retryAfterSeconds: 60,
  });
}

function busy(): Refusal {
  return new Refusal('too-many-requests', 'Too many pushes are being served at this moment.', {
    rule: 'git.at-once',
    wayOut: 'Push again in a moment.',
    retryAfterSeconds: 10,
  });
}
