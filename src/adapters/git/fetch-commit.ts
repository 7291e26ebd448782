import { mkdtemp, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitOrigin, CommitSource, FetchedCommit } from '../../app/ports/forges.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import { Refusal } from '../../core/refusal.ts';
import { bytesUnder, ensureRepository } from './repository-folder.ts';
import { GitFailure, runGit } from './git-process.ts';
import { readTree } from './read-tree.ts';
import { wayToForge } from './way-to-forge.ts';

export interface FetchOptions {
  readonly folder: string;
  /** Bytes of what is fetched, packed. */
  readonly fetchBytes: number;
  readonly timeMs: number;
  readonly privateHosts: readonly string[];
}

/** Under the folder of the service's git: where commits lie for as long as they are looked at. */
const FETCHED = 'fetched';
/** Longer than any commit is looked at. */
const LEFT_BEHIND_MS = 15 * 60_000;

const COMMIT = /^[0-9a-f]{40}$/;
const NAME = /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)+$/;
const LIST_MS = 20_000;

/** Fetches single commits into folders of their own. */
export function commitSource(options: FetchOptions): CommitSource {
  return {
    async fetch(origin, signal) {
      if (!COMMIT.test(origin.commit)) throw new GraderFault('not the id of a commit');
      const folder = await scratchFolder(options, origin);
      const repository = join(folder, 'repository.git');
      try {
        await ensureRepository(repository, signal);
        await fetchInto(repository, origin, options, signal);
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
      return fetched(folder, repository, origin.commit);
    },

    async head(origin, branch, signal) {
      const folder = await scratchFolder(options, origin);
      const place = join(folder, 'place');
      try {
        await mkdir(place);
        const listed = await overTheWay(
          { folder, place, args: ['ls-remote', '--heads'], wanted: `refs/heads/${branch}` },
          { ...options, timeMs: LIST_MS },
          origin,
          signal,
        );
        return /^([0-9a-f]{40})\t/.exec(listed)?.[1] ?? null;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },

    clear: () => clearFetched(join(options.folder, FETCHED)),
  };
}

async function clearFetched(scratch: string): Promise<void> {
  const before = Date.now() - LEFT_BEHIND_MS;
  for (const name of await readdir(scratch).catch(() => [])) {
    const path = join(scratch, name);
    const made = await stat(path).catch(() => null);
    if (made !== null && made.mtimeMs < before) await rm(path, { recursive: true, force: true });
  }
}

async function scratchFolder(options: FetchOptions, origin: Pick<CommitOrigin, 'name'>): Promise<string> {
  if (!NAME.test(origin.name)) throw new GraderFault('not the name of a repository');
  const scratch = join(options.folder, FETCHED);
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  return mkdtemp(join(scratch, 'commit-'));
}

function fetched(folder: string, repository: string, commit: string): FetchedCommit {
  const store = { repository };
  return {
    async hasFolder(path, signal) {
      const args = ['ls-tree', '-d', '-z', '--full-tree', commit, '--', path];
      const limits = { timeMs: 10_000, fileBytes: 0 };
      const environment = { GIT_DIR: repository };
      const listed = await runGit({ args, folder, environment, limits, maxBytes: 65_536 }, signal);
      return listed.byteLength > 0;
    },
    files: (path, limits, signal) => readTree(store, commit, path, limits, signal),
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function fetchInto(
  repository: string,
  origin: CommitOrigin,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<void> {
  const args = ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules'];
  args.push('--no-write-fetch-head', '--no-auto-maintenance');
  await overTheWay(
    { folder: join(repository, '..'), place: repository, repository, args, wanted: origin.commit },
    options,
    origin,
    signal,
  );
}

interface Asked {
  /** Private, and the parent of `place`, in which git is run. */
  readonly folder: string;
  readonly place: string;
  readonly repository?: string;
  readonly args: readonly string[];
  /** What is asked of the forge. */
  readonly wanted: string;
}

async function overTheWay(
  asked: Asked,
  options: FetchOptions,
  origin: Omit<CommitOrigin, 'commit'>,
  signal: AbortSignal,
): Promise<string> {
  await using way = await wayToForge(origin, asked.folder, options.privateHosts);
  const { repository } = asked;
  try {
    const said = await runGit(
      {
        args: [...asked.args, '--', way.url, asked.wanted],
        folder: asked.place,
        environment: {
          ...way.environment,
          ...(repository === undefined ? { GIT_CEILING_DIRECTORIES: asked.folder } : { GIT_DIR: repository }),
        },
        settings: [
          ...way.settings,
          ['fetch.unpackLimit', '1'],
          ['fetch.recurseSubmodules', 'false'],
          ['fetch.fsckObjects', 'true'],
          ['fetch.writeCommitGraph', 'false'],
          ['transfer.bundleURI', 'false'],
        ],
        limits: { timeMs: options.timeMs, fileBytes: options.fetchBytes },
        maxBytes: 65_536,
      },
      signal,
    );
    return said.toString('latin1');
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    if (origin.ssh !== null) refuseBySsh(error, origin.ssh.url);
    // Who writes past the limit is killed without a word: what it had written tells.
    const cut = repository !== undefined && (await bytesUnder(repository)) >= options.fetchBytes;
    if (cut || error.reason !== 'failed') throw tooLarge(options);
    throw new GraderFault('the forge did not give the commit', { cause: error });
  }
}

/** @throws what ssh had against it, if it was ssh */
function refuseBySsh(failure: GitFailure, url: string): void {
  if (failure.words.includes('Host key verification failed')) {
    throw new Refusal('request-invalid', `The server at ${url} shows a host key that isn’t the forge’s.`, {
      rule: 'forge.host-key',
      wayOut:
        'Nothing was sent to it. Compare `ssh-keyscan` with what the forge publishes, and enter its key only if they agree: otherwise somebody is in between.',
    });
  }
  if (failure.words.includes('Permission denied')) {
    throw new GraderFault('the forge does not take the key: enter its public half there', { cause: failure });
  }
  if (failure.words.includes('cannot run ssh') || failure.words.includes('ssh: not found')) {
    throw new GraderFault('there is no ssh program where the service runs', { cause: failure });
  }
}

function tooLarge(options: FetchOptions): Refusal {
  const mib = Math.floor(options.fetchBytes / 1_048_576);
  return new Refusal('archive-too-large', `The commit is more than ${mib} MiB, or took too long to fetch.`, {
    rule: 'git.fetch-bytes',
  });
}
