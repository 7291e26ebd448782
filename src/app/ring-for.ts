import { GraderFault } from '../core/grader-fault.ts';
import type { Clock } from './ports/clock.ts';
import type { RunQueue } from './ports/run-queue.ts';
import type { BellRun, Runs } from './ports/runs.ts';

const MAX_DELAY_MS = 30_000;

interface Deps {
  readonly queue: RunQueue;
  readonly runs: Runs;
  readonly clock: Clock;
}

/** Rings for a run, later the more faults it has seen. False when the queue can't be reached. */
export async function ringFor(deps: Deps, run: BellRun): Promise<boolean> {
  if (!(await isHeard(deps.queue, run))) return false;
  await deps.runs.markRung(run.runId, deps.clock.now());
  return true;
}

/** Rings for a run that was written as rung for already; where the queue can't be reached, that is taken back. */
export async function ringForNew(deps: Deps, run: BellRun): Promise<void> {
  if (!(await isHeard(deps.queue, run))) await deps.runs.markRung(run.runId, null);
}

async function isHeard(queue: RunQueue, run: BellRun): Promise<boolean> {
  const delayMs = run.faults === 0 ? 0 : Math.min(MAX_DELAY_MS, 1_000 * 2 ** run.faults);
  try {
    await queue.ring(run, delayMs);
    return true;
  } catch (error) {
    if (error instanceof GraderFault) return false;
    throw error;
  }
}
