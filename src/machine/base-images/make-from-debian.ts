import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { SetupProblem } from '../setup-problem.ts';
import { type PackageSource, debianSource, installPackages, installableDebian } from '../debian.ts';
import { killGroup, runCommand } from '../run-command.ts';
import { lastWord } from './engine-answer.ts';
import { type Base, type Recipe, localReference } from './recipe.ts';

const ROOT_TIMEOUT_MS = 15 * 60_000;
const IMPORT_TIMEOUT_MS = 8 * 60_000;
/** Mounts and processes of the maker end with it, however it ends: its root holds /proc and /dev meanwhile. */
const APART = ['unshare', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child'] as const;
const CONFIGURATION = [
  'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 PYTHON_VERSION=3.11.2',
  'ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=/opt/labgrader/wheelhouse',
  'CMD ["python3"]',
].join('\n');

export interface DebianRoots extends AsyncDisposable {
  /** Where the images' files come to be. */
  readonly folder: string;
  /** Makes the files of the slim image, and later those of the full one out of them. */
  make(base: Base, say: (detail: string) => void, signal: AbortSignal): Promise<void>;
}

/** Whether this machine can make base images out of Debian packages. */
export async function canMakeFromDebian(): Promise<boolean> {
  return (await installableDebian()) !== null;
}

/**
 * Prepares to make root file systems from Debian 12 packages, in a folder below `parent` that goes with it.
 * Needs root on Debian or Ubuntu, and no engine yet.
 */
export async function openDebianRoots(
  recipe: Recipe,
  parent: string,
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<DebianRoots> {
  await installPackages(['mmdebstrap', 'debian-archive-keyring'], say, signal);
  const folder = await mkdtemp(join(parent, 'labgrader-bases-'));
  const sources = join(folder, 'sources.list');
  await writeFile(sources, sourcesList(await debianSource()));
  const root = join(folder, 'root');
  const script = {
    'python:3.11-slim': 'make-slim.sh',
    'python:3.11': 'make-full.sh',
  } as const satisfies Record<Base, string>;
  return {
    folder,
    async make(base, tell, until) {
      const path = join(recipe.folder, 'debian', script[base]);
      const options = { timeoutMs: ROOT_TIMEOUT_MS, onLine: sayOwnLines(tell) };
      await runCommand(APART[0], [...APART.slice(1), 'sh', path, root, sources], options, until);
    },
    async [Symbol.asyncDispose]() {
      // A killed maker may take a moment to be gone.
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

/** The recipe's own lines are plain words; those of apt and dpkg are of use only when something fails. */
function sayOwnLines(say: (detail: string) => void): (line: string) => void {
  return (line) => {
    if (/^(install|download|trim)\b/.test(line)) say(line);
  };
}

function sourcesList(source: PackageSource | null): string {
  if (source === null) {
    throw new SetupProblem(
      'No package source of Debian is declared below /etc/apt, so the base images have nothing to be made of.',
    );
  }
  const uri = source.uri.replace(/\/$/, '');
  return [
    `deb ${uri} bookworm main`,
    `deb ${uri} bookworm-updates main`,
    `deb ${uri}-security bookworm-security main`,
    '',
  ].join('\n');
}

/** Puts the files made last into the engine, as one layer. */
export async function importRoot(
  docker: Docker,
  roots: DebianRoots,
  recipe: Recipe,
  base: Base,
  signal: AbortSignal,
): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(IMPORT_TIMEOUT_MS)]);
  const [repo, tag] = localReference(recipe, base).split(':');
  const tar = spawn('tar', ['--numeric-owner', '-C', join(roots.folder, 'root'), '-c', '.'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const answer = await docker.importImage(tar.stdout, {
      repo,
      tag,
      changes: CONFIGURATION,
      abortSignal: deadline,
    });
    await lastWord(docker, answer, deadline);
  } finally {
    if (tar.pid !== undefined && tar.exitCode === null) killGroup(tar.pid);
  }
}
