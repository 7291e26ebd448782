import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { killGroup } from './run-command.ts';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In clock ticks since boot; empty where the system doesn't tell. */
  readonly startTime: string;
}

/** Identity of a running process, with an empty start time where there is no /proc. */
export async function identityOf(pid: number): Promise<ProcessIdentity> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in the second field may hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, startTime: fields[19] ?? '' };
}

/** Whether that very process still runs; a zombie doesn't. */
export async function isAlive({ pid, startTime }: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (startTime === '') return true;
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] !== 'Z' && fields[19] === startTime;
}

/** Reads `<pid> <start time>` from a file; null where there is none. */
export async function readIdentity(path: string): Promise<ProcessIdentity | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const match = /^(\d+)(?: (\d*))?/.exec(text);
  if (match?.[1] === undefined) return null;
  return { pid: Number(match[1]), startTime: match[2] ?? '' };
}

/** Waits until a process is gone; false when the time is up first. */
export async function waitForEnd(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const until = Date.now() + timeoutMs;
  while (await isAlive(identity)) {
    if (Date.now() > until) return false;
    await sleep(50);
  }
  return true;
}

/** Asks a process to end, and ends it and its group when it hasn't by then. */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<void> {
  if (!(await isAlive(identity))) return;
  process.kill(identity.pid, 'SIGTERM');
  if (await waitForEnd(identity, graceMs)) return;
  killGroup(identity.pid);
  await waitForEnd(identity, 5000);
}
