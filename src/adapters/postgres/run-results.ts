import type { ClaimedRun, RunChange } from '../../app/ports/runs.ts';
import { z } from 'zod';
import type { Report } from '../../core/report.ts';
import type { Database } from './database.ts';
import { lockConcerned } from './run-claims.ts';
import { refreshStanding } from './standing-rows.ts';
import { type Ask, inPlainTransaction } from './statements.ts';
import { storableJsonText } from './storable-json.ts';

/** Writes a result once, with standing, outbox and audit row in the same transaction. Null when the claim is lost. */
export async function recordResult(
  db: Database,
  claim: ClaimedRun,
  report: Report,
  now: Date,
): Promise<RunChange | null> {
  const { verdict, score, scenarioDigest, engine } = report;
  const text = storableJsonText(report);
  return inPlainTransaction(db, async (ask) => {
    const concern = await lockConcerned(ask, claim.runId);
    if (concern === null) return null;
    const { change, kind } = concern;
    const values = [claim.runId, claim.fence, verdict, score, text, scenarioDigest, engine, now];
    const [written] = await ask(RECORD, values);
    if (written === undefined) return null;
    const counts = kind !== 'regrade' || (await appliesItself(ask, claim.runId, score));
    if (counts) await countRun(ask, change, verdict, score);
    const detail = { verdict, score, counts };
    void ask(TELL, [{ ...change, ...detail }, now, change.courseId, change.submissionId, detail]);
    return change;
  });
}

/** As `held` has it: only the holder of the claim, and only once. */
const RECORD = `
  UPDATE run SET state = 'done', verdict = $3, score = $4::int, report = $5::jsonb, scenario_digest = $6, engine = $7,
    finished_at = $8, lease_until = NULL
  WHERE id = $1::uuid AND state = 'running' AND fence = $2 AND verdict IS NULL RETURNING id`;

const TELL = `
  WITH told AS (INSERT INTO outbox (topic, payload) VALUES ('run.recorded', $1::jsonb))
  INSERT INTO audit_entry (at, course_id, act, subject, detail)
  VALUES ($2, $3, 'run.recorded', 'submission:' || $4::text, $5::jsonb)`;

/** Makes a run the one that counts for its submission. The standing's lock must be held. */
export async function countRun(ask: Ask, change: RunChange, verdict: string, score: number): Promise<void> {
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
async function appliesItself(ask: Ask, runId: string, after: number): Promise<boolean> {
  const [row] = await ask(
    `SELECT regrade_set.id, submission.score AS before
     FROM run JOIN regrade_set ON regrade_set.id = run.regrade_set_id
     JOIN submission ON submission.id = run.submission_id
     WHERE run.id = $1::uuid AND regrade_set.self_applying AND regrade_set.state = 'open'`,
    [runId],
  );
  if (row === undefined) return false;
  const { id, before } = SelfApplying.parse(row);
  if (before !== null && after < before) return false;
  await ask(`UPDATE regrade_set SET state = 'applied' WHERE id = $1::uuid`, [id]);
  return true;
}

const SelfApplying = z.object({ id: z.string(), before: z.number().nullable() });
