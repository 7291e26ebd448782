import { z } from 'zod';
import type { RunWait } from '../../app/ports/runs.ts';
import type { Database } from './database.ts';
import { askOf } from './statements.ts';
import { LOST_AFTER_MS } from './worker-store.ts';

/** So many are counted to tell a place; who comes later is told by the queue, which knows without counting. */
const MOST_COUNTED = 500;

/** Where a run stands among those that wait, and by what to tell how long that takes: one statement. Null once it doesn't. */
export async function waitOfRun(db: Database, runId: string, now: Date): Promise<RunWait | null> {
  const seenAfter = new Date(now.getTime() - LOST_AFTER_MS);
  const [row] = await askOf(db)(WAIT, [runId, MOST_COUNTED, seenAfter]);
  if (row === undefined) return null;
  const { counted, faults, mean, slots } = WaitRow.parse(row);
  return {
    position: counted > MOST_COUNTED ? null : counted,
    atLeast: counted,
    faults,
    meanSeconds: mean,
    slots,
  };
}

const WAIT = `
  SELECT (SELECT count(*)::int FROM (
            SELECT 1 FROM run other WHERE other.state = 'queued'
            AND (other.priority, other.queued_at, other.id) <= (me.priority, me.queued_at, me.id) LIMIT $2::int + 1) ahead) AS counted,
         me.faults,
         (SELECT extract(epoch FROM avg(finished_at - started_at))::float8
          FROM (SELECT started_at, finished_at FROM run WHERE state = 'done' ORDER BY finished_at DESC LIMIT 50) last) AS mean,
         (SELECT coalesce(sum(slots), 0)::int FROM worker_process WHERE seen_at >= $3) AS slots
  FROM run me WHERE me.id = $1::uuid AND me.state = 'queued'`;

const WaitRow = z.object({
  counted: z.number(),
  faults: z.number(),
  mean: z.number().nullable(),
  slots: z.number(),
});
