import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitOrigin, CommitSource, FetchedCommit } from '../../app/ports/forges.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import { Refusal } from '../../core/refusal.ts';
import { type GuardedAddress, guardedAddress } from '../outbound/guarded-address.ts';
import { bytesUnder, ensureRepository } from './repository-folder.ts';
import { GitFailure, runGit } from './git-process.ts';
import { readTree } from './read-tree.ts';

export interface FetchOptions {
  readonly folder: string;
  /** Bytes of what is fetched, packed. */
  readonly fetchBytes: number;
  readonly timeMs: number;
  readonly privateHosts: readonly string[];
}

const COMMIT = /^[0-9a-f]{40}$/;
const NAME = /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+)+$/;

/** Fetches single commits into folders of their own. */
export function commitSource(options: FetchOptions): CommitSource {
  return {
    async fetch(origin, signal) {
      if (!COMMIT.test(origin.commit) || !NAME.test(origin.name))
        throw new GraderFault('not a commit of a repository');
      const address = await guardedAddress(`${origin.baseUrl}/${origin.name}.git`, options.privateHosts);
      const scratch = join(options.folder, 'fetched');
      await mkdir(scratch, { recursive: true, mode: 0o700 });
      const folder = await mkdtemp(join(scratch, 'commit-'));
      const repository = join(folder, 'repository.git');
      try {
        await ensureRepository(repository, signal);
        await fetchInto(repository, address, origin, options, signal);
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
      return fetched(folder, repository, origin.commit);
    },
  };
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
  address: GuardedAddress,
  origin: CommitOrigin,
  options: FetchOptions,
  signal: AbortSignal,
): Promise<void> {
  const { url } = address;
  const scheme = url.protocol.slice(0, -1);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const pinned = address.family === 6 ? `[${address.address}]` : address.address;
  const settings: (readonly [string, string])[] = [
    [`protocol.${scheme}.allow`, 'always'],
    ['http.followRedirects', 'false'],
    // The address that was judged, whatever its name leads to a moment later.
    ['http.curloptResolve', `${host}:${address.port}:${pinned}`],
    ['http.lowSpeedLimit', '1000'],
    ['http.lowSpeedTime', '20'],
    ['http.proxy', ''],
    ['credential.helper', ''],
    ['fetch.unpackLimit', '1'],
    ['fetch.recurseSubmodules', 'false'],
    ['fetch.fsckObjects', 'true'],
    ['fetch.writeCommitGraph', 'false'],
    ['transfer.bundleURI', 'false'],
  ];
  // In the environment, which only this user can read; an argument list is everybody's.
  if (origin.credential !== null) settings.push(['http.extraHeader', authorization(origin.credential)]);
  const args = ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules'];
  try {
    await runGit(
      {
        args: [
          ...args,
          '--no-write-fetch-head',
          '--no-auto-maintenance',
          '--',
          url.toString(),
          origin.commit,
        ],
        folder: repository,
        environment: { GIT_DIR: repository, GIT_ALLOW_PROTOCOL: scheme },
        settings,
        limits: { timeMs: options.timeMs, fileBytes: options.fetchBytes },
        maxBytes: 65_536,
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    // Who writes past the limit is killed without a word: what it had written tells.
    const cut = (await bytesUnder(repository)) >= options.fetchBytes;
    if (cut || error.reason !== 'failed') throw tooLarge(options);
    throw new GraderFault('the forge did not give the commit', { cause: error });
  }
}

function authorization(credential: string): string {
  return `Authorization: Basic ${Buffer.from(`oauth2:${credential}`).toString('base64')}`;
}

function tooLarge(options: FetchOptions): Refusal {
  const mib = Math.floor(options.fetchBytes / 1_048_576);
  return new Refusal('archive-too-large', `The commit is more than ${mib} MiB, or took too long to fetch.`, {
    rule: 'git.fetch-bytes',
  });
}
