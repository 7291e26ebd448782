import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';
import { SetupProblem } from './setup-problem.ts';

const APT_TIMEOUT_MS = 8 * 60_000;
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

/** Installs packages with apt, without what they merely recommend. */
export async function installPackages(
  packages: readonly string[],
  say: (detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!listsAreFresh) await refreshPackageLists(say, signal);
  say(`installs ${packages.join(' ')}`);
  await apt(['install', '-y', '-qq', '--no-install-recommends', ...packages], signal);
}

/** Fetches the lists of packages; wanted again after a source was added. */
export async function refreshPackageLists(say: (detail: string) => void, signal: AbortSignal): Promise<void> {
  say('refreshes the lists of packages');
  await apt(['update', '-qq'], signal);
  listsAreFresh = true;
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
