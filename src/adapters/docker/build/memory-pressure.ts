import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How often the memory limit of all builds together was met, as far as it can be seen from here. */
export interface MemoryPressure {
  /** Processes that the kernel killed there (cgroup v2 counts them for the whole group). */
  readonly kills: number | null;
  /** Times that memory was asked for above the limit (cgroup v1). */
  readonly limitHits: number | null;
}

/**
 * Reads the counters of the cgroup under which BuildKit runs its steps, where the engine is on this machine.
 * Both are null where they can't be read. `cgroupParent` is the engine's, `/docker` by default.
 */
export async function readMemoryPressure(
  cgroupParent = '/docker',
  cgroupRoot = '/sys/fs/cgroup',
): Promise<MemoryPressure> {
  const group = join(cgroupParent, 'buildkit');
  const events = await textOrNull(join(cgroupRoot, group, 'memory.events'));
  const failures = await textOrNull(join(cgroupRoot, 'memory', group, 'memory.failcnt'));
  return {
    kills: numberIn(events, /^oom_kill (\d+)$/m),
    limitHits: numberIn(failures, /^(\d+)$/m),
  };
}

/**
 * Was a step that ended so killed for want of memory? Exit code 137 alone proves nothing, since anyone may send
 * SIGKILL: the kernel's counters must have moved too.
 */
export function isMemoryKill(
  before: MemoryPressure,
  after: MemoryPressure,
  exitCode: number | null,
  logTail: readonly string[],
): boolean {
  // A group that had not been there yet starts at nothing.
  const kills = (after.kills ?? 0) - (before.kills ?? 0);
  const limitHits = (after.limitHits ?? 0) - (before.limitHits ?? 0);
  const killed = exitCode === 137 || logTail.some((line) => /\bKilled\b|signal: killed/.test(line));
  return killed && (kills > 0 || limitHits > 0);
}

async function textOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}

function numberIn(text: string | null, pattern: RegExp): number | null {
  const [, digits] = (text === null ? null : pattern.exec(text)) ?? [];
  return digits === undefined ? null : Number(digits);
}
