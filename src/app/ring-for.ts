import { GraderFault } from '../core/grader-fault.ts';
import type { Clock } from './ports/clock.ts';
import type { RunQueue } from './ports/run-queue.ts';
import type { BellRun, Runs } from './ports/runs.ts';

const MAX_DELAY_MS = 30_000;

/** Rings for a run, later the more faults it has seen. False when the queue can't be reached. */
export async function ringFor(
  deps: { readonly queue: RunQueue; readonly runs: Runs; readonly clock: Clock },
  run: BellRun,
): Promise<boolean> {
  const delayMs = run.faults === 0 ? 0 : Math.min(MAX_DELAY_MS, 1_000 * 2 ** run.faults);
  try {
    await deps.queue.ring(run, delayMs);
  } catch (error) {
    if (error instanceof GraderFault) return false;
    throw error;
  }
  await deps.runs.markRung(run.runId, deps.clock.now());
  return true;
}
