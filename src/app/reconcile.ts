import type { Clock } from './ports/clock.ts';
import type { RunFeed } from './ports/run-feed.ts';
import type { RunQueue } from './ports/run-queue.ts';
import type { Runs } from './ports/runs.ts';
import { ringFor } from './ring-for.ts';

export interface ReconcileOptions {
  /** Faults after which a run is given up. */
  readonly faultLimit: number;
  /** A run that was rung for and still waits is rung for again after this. */
  readonly ringAgainMs: number;
}

const BATCH = 200;

/**
 * Mends what got lost between Postgres and the queue: takes runs from workers whose lease has ended, and rings for
 * those that wait without the queue knowing. Several processes may do so at once.
 */
export async function reconcile(
  deps: { readonly runs: Runs; readonly queue: RunQueue; readonly feed: RunFeed; readonly clock: Clock },
  options: ReconcileOptions,
): Promise<{ takenOver: number; rung: number }> {
  const now = deps.clock.now();
  let takenOver = 0;
  for (const outcome of await deps.runs.takeOverExpired(now, options.faultLimit)) {
    if (outcome.outcome === 'lost') continue;
    takenOver += 1;
    deps.feed.announce(outcome.change);
  }
  let rung = 0;
  for (const run of await deps.runs.unrung(new Date(now.getTime() - options.ringAgainMs), BATCH)) {
    // The queue is away: the next round will tell.
    if (!(await ringFor(deps, run))) break;
    rung += 1;
  }
  return { takenOver, rung };
}
