import { z } from 'zod';
import type { RunWait, Runs } from '../../app/ports/runs.ts';
import { Report } from '../../core/report.ts';
import { Verdict } from '../../core/verdict.ts';
import { RunKind, RunState } from '../../generated/prisma/client.ts';
import { Batches, succeeded } from './batches.ts';
import { isDatabaseBusy } from './busy.ts';
import type { Database } from './database.ts';
import { cancelRun, claimRun, handBackRun, renewLease } from './run-claims.ts';
import { faultRun, retryRun, takeOverExpired } from './run-faults.ts';
import { recordResult } from './run-results.ts';
import { waitsOfRuns } from './run-waits.ts';
import { askOf } from './statements.ts';

/** Everybody who submits or looks asks how it waits: a crowd of them shares a statement. */
const ASKING = { atOnce: 1, waiting: 10_000, waitMs: 10_000, isBusy: isDatabaseBusy } as const;
const MOST_AT_ONCE = 500;

interface Asked {
  readonly runId: string;
  readonly now: Date;
}

export function runStore(db: Database): Runs {
  const fits = (taken: readonly Asked[]): boolean => taken.length < MOST_AT_ONCE;
  const asking = new Batches<Asked, RunWait | null>({ ...ASKING, fits }, async (asked) => {
    const [first] = asked;
    const runIds = asked.map(({ runId }) => runId);
    const waits = await waitsOfRuns(db, runIds, first?.now ?? new Date());
    return runIds.map((runId) => succeeded(waits.get(runId) ?? null));
  });
  return {
    async find(id) {
      const [row] = await askOf(db)(`${RUNS} WHERE id = $1::uuid`, [id]);
      return row === undefined ? null : RunRow.parse(row);
    },
    async ofSubmission(submissionId) {
      const rows = await askOf(db)(`${RUNS} WHERE submission_id = $1::uuid ORDER BY queued_at, id`, [
        submissionId,
      ]);
      return z.array(RunRow).parse(rows);
    },
    async report(runId) {
      const [row] = await askOf(db)('SELECT report FROM run WHERE id = $1::uuid', [runId]);
      return row === undefined ? null : ReportRow.parse(row).report;
    },
    claim: (runId, worker, now, leaseMs) => claimRun(db, runId, worker, now, leaseMs),
    renew: (claim, now, leaseMs) => renewLease(db, claim, now, leaseMs),
    record: (claim, report, now) => recordResult(db, claim, report, now),
    fault: (claim, message, now, limit) => faultRun(db, claim, message, now, limit),
    handBack: (claim) => handBackRun(db, claim),
    cancel: (submissionId, now) => cancelRun(db, submissionId, now),
    retry: (runId, now) => retryRun(db, runId, now),
    takeOverExpired: (now, limit) => takeOverExpired(db, now, limit),

    async unrung(before, limit) {
      // The longest untold first, as the index has them; the queue sees to who goes first.
      const rows = await db.run.findMany({
        where: { state: 'queued', OR: [{ rungAt: null }, { rungAt: { lt: before } }] },
        orderBy: { rungAt: { sort: 'asc', nulls: 'first' } },
        take: limit,
        select: { id: true, priority: true, faults: true },
      });
      return rows.map((row) => ({ runId: row.id, priority: row.priority, faults: row.faults }));
    },
    async markRung(runId, at) {
      await askOf(db)('UPDATE run SET rung_at = $2 WHERE id = $1::uuid', [runId, at]);
    },
    wait: (runId, now) => asking.do({ runId, now }),
    waits: (runIds, now) => waitsOfRuns(db, runIds, now),
    async meanSeconds() {
      const rows = await db.$queryRaw<{ mean: number | null }[]>`
        SELECT extract(epoch FROM avg(finished_at - started_at))::float8 AS mean
        FROM (SELECT started_at, finished_at FROM run WHERE state = 'done' ORDER BY finished_at DESC LIMIT 50) last`;
      return rows[0]?.mean ?? null;
    },
  };
}

/** Runs without their reports: add conditions. */
const RUNS = `
  SELECT id, submission_id AS "submissionId", kind, state, scenario, scenario_digest AS "scenarioDigest", verdict, score,
         queued_at AS "queuedAt", started_at AS "startedAt", finished_at AS "finishedAt", worker, engine, faults,
         fault_message AS "faultMessage", regrade_set_id AS "regradeSetId", stripped_at AS "strippedAt"
  FROM run`;

const RunRow = z.object({
  id: z.string(),
  submissionId: z.string(),
  kind: z.enum(RunKind),
  state: z.enum(RunState),
  scenario: z.string(),
  scenarioDigest: z.string(),
  verdict: Verdict.nullable(),
  score: z.number().nullable(),
  queuedAt: z.date(),
  startedAt: z.date().nullable(),
  finishedAt: z.date().nullable(),
  worker: z.string().nullable(),
  engine: z.string().nullable(),
  faults: z.number(),
  faultMessage: z.string().nullable(),
  regradeSetId: z.string().nullable(),
  strippedAt: z.date().nullable(),
});

const ReportRow = z.object({ report: Report.nullable() });
