import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { GraderFault } from '../../core/grader-fault.ts';

export interface GitLimits {
  /** Wall-clock time. */
  readonly timeMs: number;
  /** Bytes of any file that it writes. */
  readonly fileBytes: number;
}

export interface GitStart {
  readonly args: readonly string[];
  readonly folder: string;
  readonly limits: GitLimits;
  readonly environment?: Readonly<Record<string, string>>;
  /** Settings that stand above those of any file. */
  readonly settings?: readonly (readonly [string, string])[];
  readonly stdio?: StdioOptions;
}

/** Of one process, virtual: a pack that unpacks to more fails, not the machine. */
const MEMORY_KIB = 2 * 1024 * 1024;
const STDERR_BYTES = 4_096;

const SETTINGS: readonly (readonly [string, string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.bigFileThreshold', '1m'],
  ['core.packedGitLimit', '256m'],
  ['core.packedGitWindowSize', '32m'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['pack.threads', '1'],
  ['safe.directory', '*'],
  ['transfer.fsckObjects', 'true'],
  ['protocol.allow', 'never'],
];

/** Starts git in a process group of its own, in an environment that holds nothing but what is said here. */
export function startGit(start: GitStart): ChildProcess {
  const settings = [...SETTINGS, ...(start.settings ?? [])];
  const environment: Record<string, string> = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_CONFIG_COUNT: String(settings.length),
    ...start.environment,
  };
  for (const [index, [key, value]] of settings.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  const { timeMs, fileBytes } = start.limits;
  const limits = `ulimit -v ${MEMORY_KIB}; ulimit -f ${Math.ceil(fileBytes / 512)}; ulimit -c 0; ulimit -t ${Math.ceil(timeMs / 1000)}`;
  return spawn('/bin/sh', ['-c', `${limits}; exec git "$@"`, 'git', ...start.args], {
    cwd: start.folder,
    env: environment,
    stdio: start.stdio ?? ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
}

/** Ends git and all that it started. */
export function endGit(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** git ended otherwise than it should; its words are kept for the log, bounded. */
export class GitFailure extends Error {
  override readonly name = 'GitFailure';
  readonly reason: 'failed' | 'too-much' | 'too-long';
  readonly words: string;

  constructor(reason: GitFailure['reason'], words: string) {
    super(`git ${reason}`);
    this.reason = reason;
    this.words = words;
  }
}

/**
 * Runs git to its end and gives its output.
 * @throws GitFailure when it fails, takes too long or says more than `maxBytes`; GraderFault when it can't be started;
 * what `signal` was aborted with.
 */
export async function runGit(
  start: GitStart & { readonly input?: string; readonly maxBytes: number },
  signal: AbortSignal,
): Promise<Buffer> {
  signal.throwIfAborted();
  const child = startGit(start);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let words = '';
  let ended: GitFailure['reason'] | null = null;
  const end = (reason: GitFailure['reason']): void => {
    ended ??= reason;
    endGit(child);
  };
  const timer = setTimeout(() => {
    end('too-long');
  }, start.limits.timeMs);
  const onAbort = (): void => {
    end('too-long');
  };
  signal.addEventListener('abort', onAbort, { once: true });
  child.stdout?.on('data', (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > start.maxBytes) end('too-much');
    else chunks.push(chunk);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    if (words.length < STDERR_BYTES) words += chunk.toString('utf8');
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(start.input ?? '');
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', (cause) => {
        reject(new GraderFault('git could not be started', { cause }));
      });
      child.once('close', resolve);
    });
    signal.throwIfAborted();
    const why = reasonOf(ended, code);
    if (why !== null) throw new GitFailure(why, words.slice(0, STDERR_BYTES));
    return Buffer.concat(chunks);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

// A function, because the compiler takes the first answer for the last.
function reasonOf(ended: GitFailure['reason'] | null, code: number | null): GitFailure['reason'] | null {
  return ended ?? (code === 0 ? null : 'failed');
}
