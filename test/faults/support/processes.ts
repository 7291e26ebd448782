import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../../src/config.ts';
import { waitUntil } from '../../integration/support/wait-until.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Process extends AsyncDisposable {
  /** What it has printed. */
  output(): string;
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void;
  ended(): Promise<void>;
}

/**
 * Runs a TypeScript file of the project as a process of its own, over the same database and queue. `inside` is what its
 * command begins with, where it is to run in another place.
 */
export async function startProcess(
  file: string,
  config: Config,
  more: Readonly<Record<string, string>>,
  isReady: (output: string) => Promise<boolean> | boolean,
  inside?: readonly string[],
): Promise<Process> {
  const [program, ...args] = [...(inside ?? []), process.execPath, '--import', 'tsx', file];
  const child = spawn(program, args, {
    cwd: PROJECT,
    env: {
      ...process.env,
      DATABASE_URL: config.databaseUrl,
      REDIS_URL: config.redis.url,
      REDIS_PREFIX: config.redis.prefix,
      LEASE_SECONDS: String(config.worker.leaseMs / 1000),
      ...more,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const running = watch(child);
  try {
    const ask = (): Promise<boolean> | boolean => {
      if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}`);
      return isReady(running.output());
    };
    await waitUntil(`${file} is ready`, async () => ask(), 120_000, 100);
  } catch (error) {
    await running[Symbol.asyncDispose]();
    throw new Error(running.output().slice(-3_000), { cause: error });
  }
  return running;
}

export function watch(child: ChildProcess): Process {
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-100_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const over = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  return {
    output: () => output,
    signal: (name) => void child.kill(name),
    ended: () => over,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await over;
    },
  };
}
