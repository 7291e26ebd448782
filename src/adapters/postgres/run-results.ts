import type { ClaimedRun, RunChange } from '../../app/ports/runs.ts';
import type { Report } from '../../core/report.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { addAudit } from './audit-log.ts';
import { type Database, type Transaction, inTransaction } from './database.ts';
import { held, lockConcerned } from './run-claims.ts';
import { refreshStanding } from './standing-rows.ts';
import { askIn } from './statements.ts';
import { storableJson } from './storable-json.ts';

/** Writes a result once, with standing, outbox and audit row in the same transaction. Null when the claim is lost. */
export async function recordResult(
  db: Database,
  claim: ClaimedRun,
  report: Report,
  now: Date,
): Promise<RunChange | null> {
  return inTransaction(db, async (tx) => {
    const concern = await lockConcerned(askIn(tx), claim.runId);
    if (concern === null) return null;
    const { change, kind } = concern;
    const { count } = await tx.run.updateMany({
      where: held(claim),
      data: {
        state: 'done',
        verdict: report.verdict,
        score: report.score,
        report: storableJson(report) ?? Prisma.JsonNull,
        scenarioDigest: report.scenarioDigest,
        engine: report.engine,
        finishedAt: now,
        leaseUntil: null,
      },
    });
    if (count === 0) return null;
    const counts = kind !== 'regrade' || (await appliesItself(tx, change, report.score));
    if (counts) await countRun(tx, change, report.verdict, report.score);
    const detail = { verdict: report.verdict, score: report.score, counts };
    await tx.outbox.create({ data: { topic: 'run.recorded', payload: { ...change, ...detail } } });
    await addAudit(
      tx,
      {
        actorId: null,
        courseId: change.courseId,
        act: 'run.recorded',
        subject: `submission:${change.submissionId}`,
        detail,
      },
      now,
    );
    return change;
  });
}

/** Makes a run the one that counts for its submission. The standing's lock must be held. */
export async function countRun(
  tx: Transaction,
  change: RunChange,
  verdict: string,
  score: number,
): Promise<void> {
  const ask = askIn(tx);
  await ask(COUNT_RUN, [change.runId, change.submissionId, verdict, score]);
  await refreshStanding(ask, change.assignmentId, change.personId);
}

/** The run keeps which one it replaces, and the submission what statistics would else read in reports. */
const COUNT_RUN = `
  WITH counted AS (
    UPDATE run SET replaced_run_id = submission.counting_run_id FROM submission
    WHERE run.id = $1::uuid AND submission.id = $2::uuid
    RETURNING CASE jsonb_typeof(run.report->'checks') WHEN 'array' THEN run.report->'checks' ELSE '[]' END AS checks
  ), told AS (
    SELECT checks, encode(sha256(convert_to(checks::text, 'UTF8')), 'hex') AS digest FROM (
      SELECT coalesce(jsonb_agg(jsonb_build_object('id', item->>'id', 'title', item->>'title',
                                                   'failed', item->>'status' = 'failed') ORDER BY item->>'id'), '[]') AS checks
      FROM counted CROSS JOIN LATERAL jsonb_array_elements(counted.checks) item
      WHERE item->>'status' IN ('passed', 'failed')
    ) decided
  ), kept AS (
    INSERT INTO check_outcome (digest, checks) SELECT digest, checks FROM told ON CONFLICT DO NOTHING
  )
  UPDATE submission SET status = 'done', verdict = $3, score = $4::int, counting_run_id = $1::uuid, outcome = told.digest
  FROM told WHERE submission.id = $2::uuid`;

/** A regrade counts by itself only in a set of one that asks for it, and only where nobody loses by it. */
async function appliesItself(tx: Transaction, change: RunChange, after: number): Promise<boolean> {
  const run = await tx.run.findUnique({
    where: { id: change.runId },
    select: { regradeSet: true, submission: { select: { score: true } } },
  });
  const set = run?.regradeSet;
  const before = run?.submission.score ?? null;
  if (!set?.selfApplying || set.state !== 'open' || (before !== null && after < before)) return false;
  await tx.regradeSet.update({ where: { id: set.id }, data: { state: 'applied' } });
  return true;
}
