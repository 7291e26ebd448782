import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, isAlive, readIdentity } from './live-process.ts';
import { SetupProblem } from './setup-problem.ts';

const POLL_MS = 100;

/** Runs `work` while no other process does so under the same path. The lock of a process that died is void. */
export async function withLock<T>(path: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const own = await identityOf(process.pid);
  const content = `${own.pid} ${own.startTime}`;
  const until = Date.now() + timeoutMs;
  while (!(await tryCreate(path, content))) {
    const holder = await readIdentity(path);
    // An empty file is one that is being written just now.
    if (holder && !(await isAlive(holder))) await rm(path, { force: true });
    else if (Date.now() > until) {
      throw new SetupProblem(
        `Process ${holder?.pid ?? '?'} has held ${path} for too long. End it, or remove that file.`,
      );
    } else await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    if ((await readFile(path, 'utf8').catch(() => '')) === content) await rm(path, { force: true });
  }
}

async function tryCreate(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
