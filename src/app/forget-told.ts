import type { Clock } from './ports/clock.ts';
import type { Outbox } from './ports/outbox.ts';

/** Longer than anybody is tried again, and as long as staff are shown what was given up. */
const KEPT_MS = 30 * 24 * 3_600_000;
const BATCH = 1_000;
/** In one pass; the next pass goes on. */
const MAX_BATCHES = 50;

/** Removes from the outbox what was told long ago, and what nobody was there to be told: it has one row a run at least. */
export async function forgetTold(
  deps: { readonly outbox: Outbox; readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> {
  const before = new Date(deps.clock.now().getTime() - KEPT_MS);
  for (let batch = 0; batch < MAX_BATCHES && !signal.aborted; batch += 1) {
    if ((await deps.outbox.forget(before, BATCH)) < BATCH) return;
  }
}
