import { z } from 'zod';
import type { RunWait } from '../../app/ports/runs.ts';
import type { Database } from './database.ts';
import { askOf } from './statements.ts';
import { LOST_AFTER_MS } from './worker-store.ts';

/** So many are counted to tell places; who comes later is told by the queue, which knows without counting. */
const MOST_COUNTED = 300;

/**
 * Where runs stand among those that wait, and by what to tell how long that takes: one statement, however many are
 * asked for. Those that don't wait are missing.
 */
export async function waitsOfRuns(
  db: Database,
  runIds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, RunWait>> {
  const seenAfter = new Date(now.getTime() - LOST_AFTER_MS);
  const rows = z.array(WaitRow).parse(await askOf(db)(WAITS, [runIds, MOST_COUNTED, seenAfter]));
  return new Map(
    rows.map(({ id, position, counted, faults, mean, slots }) => [
      id,
      { position, atLeast: position ?? counted + 1, faults, meanSeconds: mean, slots },
    ]),
  );
}

/** A worker that drains or refuses takes none of them. */
const WAITS = `
  WITH line AS (
    SELECT id, row_number() OVER (ORDER BY priority, queued_at, id)::int AS position
    FROM (SELECT id, priority, queued_at FROM run WHERE state = 'queued'
          ORDER BY priority, queued_at, id LIMIT $2::int) first
  )
  SELECT me.id, line.position, me.faults,
         (SELECT count(*)::int FROM line) AS counted,
         (SELECT extract(epoch FROM avg(finished_at - started_at))::float8
          FROM (SELECT started_at, finished_at FROM run WHERE state = 'done' ORDER BY finished_at DESC LIMIT 50) last) AS mean,
         (SELECT coalesce(sum(slots), 0)::int FROM worker_process
          WHERE seen_at >= $3 AND state IN ('idle', 'busy')) AS slots
  FROM run me LEFT JOIN line ON line.id = me.id
  WHERE me.id = ANY($1::uuid[]) AND me.state = 'queued'`;

const WaitRow = z.object({
  id: z.string(),
  position: z.number().nullable(),
  counted: z.number(),
  faults: z.number(),
  mean: z.number().nullable(),
  slots: z.number(),
});
