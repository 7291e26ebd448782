import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { SetupProblem } from './setup-problem.ts';

const APT_TIMEOUT_MS = 15 * 60_000;
/** Another installation may be under way, for instance right after a machine's start. */
const LOCK = ['-o', 'DPkg::Lock::Timeout=180'];
const QUIET = ['DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C.UTF-8'];

/** The system that this process runs on, as far as installing goes. */
export interface Debian {
  /** Release name of the distribution, such as `bookworm` or `jammy`. */
  readonly codename: string;
  readonly distribution: 'debian' | 'ubuntu';
}

/** The Debian or Ubuntu whose packages this process may install; null on another system or without root. */
export async function installableDebian(): Promise<Debian | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const distribution = /^ID="?(\w+)/m.exec(release)?.[1];
  const codename = /^VERSION_CODENAME="?(\w+)/m.exec(release)?.[1];
  if ((distribution !== 'debian' && distribution !== 'ubuntu') || codename === undefined) return null;
  return { codename, distribution };
}

let listsAreFresh = false;
/** apt works for one at a time, and refuses a second one that wants the lists. */
let lastApt: Promise<unknown> = Promise.resolve();

/** Installs packages with apt, without what they merely recommend and without starting what they bring. */
export async function installPackages(
  packages: readonly string[],
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  await inTurn(async () => {
    if (!listsAreFresh) await update(say, signal);
    say(`installs ${packages.join(' ')}`);
    await withoutStartingServices(async () => {
      await apt(['install', '-y', '-qq', '--no-install-recommends', ...packages], signal);
    });
  });
}

/** Fetches the lists of packages; wanted again after a source was added. */
export async function refreshPackageLists(say: (detail: string) => void, signal: AbortSignal): Promise<void> {
  await inTurn(async () => update(say, signal));
}

async function update(say: (detail: string) => void, signal: AbortSignal): Promise<void> {
  say('refreshes the lists of packages');
  await apt(['update', '-qq'], signal);
  listsAreFresh = true;
}

async function inTurn(work: () => Promise<void>): Promise<void> {
  const turn = lastApt.then(work);
  lastApt = turn.catch(() => undefined);
  await turn;
}

/** Debian starts a daemon as soon as it is installed, unless this program says no. */
async function withoutStartingServices(work: () => Promise<void>): Promise<void> {
  const path = '/usr/sbin/policy-rc.d';
  const content = '#!/bin/sh\n# Put here by labgrader for the time of an installation.\nexit 101\n';
  const written = await writeFile(path, content, { flag: 'wx', mode: 0o755 }).then(
    () => true,
    () => false,
  );
  try {
    await work();
  } finally {
    if (written) await rm(path, { force: true });
  }
}

async function apt(args: readonly string[], signal: AbortSignal): Promise<void> {
  try {
    await runCommand('env', [...QUIET, 'apt-get', ...LOCK, ...args], { timeoutMs: APT_TIMEOUT_MS }, signal);
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    throw new SetupProblem(
      `${error.message}\nLook at the lines above: is the disk full (df -h), is the network up, does another apt run?`,
      { cause: error },
    );
  }
}

/** Where this machine fetches Debian's own packages from, and what proves them. */
export interface PackageSource {
  readonly uri: string;
  readonly signedBy: string | null;
}

/** The first Debian main archive of this machine's apt sources, in either of apt's two formats. */
export async function debianSource(etcApt = '/etc/apt'): Promise<PackageSource | null> {
  const folder = join(etcApt, 'sources.list.d');
  const names = await readdir(folder).catch(() => []);
  for (const path of [join(etcApt, 'sources.list'), ...names.sort().map((name) => join(folder, name))]) {
    const text = await readFile(path, 'utf8').catch(() => '');
    const found = path.endsWith('.sources') ? fromStanzas(text) : fromLines(text);
    if (found) return found;
  }
  return null;
}

function fromStanzas(text: string): PackageSource | null {
  for (const stanza of text.split(/\n\s*\n/)) {
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}:[ \\t]*(\\S+)`, 'mi').exec(stanza)?.[1];
    const uri = field('URIs');
    if (uri !== undefined && isDebianArchive(uri)) return { uri, signedBy: field('Signed-By') ?? null };
  }
  return null;
}

function fromLines(text: string): PackageSource | null {
  for (const line of text.split('\n')) {
    const match = /^deb(?:\s+\[([^\]]*)\])?\s+(\S+)\s/.exec(line);
    const uri = match?.[2];
    if (uri !== undefined && isDebianArchive(uri)) {
      return { uri, signedBy: /signed-by=(\S+)/.exec(match?.[1] ?? '')?.[1] ?? null };
    }
  }
  return null;
}

function isDebianArchive(uri: string): boolean {
  return /\/debian\/?$/.test(uri);
}
