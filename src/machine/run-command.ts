import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SetupProblem } from './setup-problem.ts';

const KEPT_LINES = 40;
const KEPT_CHARACTERS = 500;

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly cwd?: string;
  /** The whole environment; without it, this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called for every line of both streams. */
  readonly onLine?: (line: string) => void;
  readonly uid?: number;
  readonly gid?: number;
}

export interface CommandEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  /** The last lines of both streams, bounded. */
  readonly tail: readonly string[];
}

/**
 * Runs a command in a process group of its own and waits for its end. When the time is up or `signal` aborts,
 * the whole group is killed, so that nothing it started is left.
 */
export async function runToEnd(
  command: string,
  args: readonly string[],
  options: CommandOptions,
  signal?: AbortSignal,
): Promise<CommandEnd> {
  signal?.throwIfAborted();
  const child = spawn(command, [...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.env !== undefined && { env: options.env }),
    ...(options.uid !== undefined && { uid: options.uid }),
    ...(options.gid !== undefined && { gid: options.gid }),
  });
  const tail: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      tail.push(line.slice(0, KEPT_CHARACTERS));
      if (tail.length > KEPT_LINES) tail.shift();
      options.onLine?.(line);
    });
  }

  return new Promise((resolve, reject) => {
    let timedOut = false;
    const kill = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
      // A process that left the group may hold the pipes open; its output is of no more use.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, options.timeoutMs);
    signal?.addEventListener('abort', kill, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', kill);
    };
    child.once('error', (error) => {
      settle();
      reject(new SetupProblem(`${command} could not be started: ${error.message}`, { cause: error }));
    });
    child.once('close', (exitCode, killedBy) => {
      settle();
      resolve({ exitCode, signal: killedBy, timedOut, tail });
    });
  });
}

/** Runs a command that must succeed and returns its last lines; throws `SetupProblem` with them when it doesn't. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
  signal?: AbortSignal,
): Promise<string> {
  const end = await runToEnd(command, args, options, signal);
  signal?.throwIfAborted();
  if (end.exitCode === 0) return end.tail.join('\n');
  const how = end.timedOut
    ? `did not finish within ${Math.round(options.timeoutMs / 1000)} s`
    : `failed (${end.signal ?? `exit code ${end.exitCode ?? '?'}`})`;
  const shown = [command, ...args].join(' ').slice(0, KEPT_CHARACTERS);
  throw new SetupProblem([`${shown} ${how}`, ...end.tail.slice(-12).map((line) => `  ${line}`)].join('\n'));
}

/** SIGKILLs a process group; one that is gone already is fine. */
export function killGroup(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
