import { z } from 'zod';
import type { AuditNote } from '../../app/ports/audit.ts';
import type { Graded, RegradedCheck, RegradeItem } from '../../app/ports/regrades.ts';
import type { RunChange } from '../../app/ports/runs.ts';
import { CheckStatus } from '../../core/check-result.ts';
import { Verdict } from '../../core/verdict.ts';
import { addAudit } from './audit-log.ts';
import type { Database, Transaction } from './database.ts';
import { countRun } from './run-results.ts';
import { lockStanding } from './standing-rows.ts';
import { askIn } from './statements.ts';

const Checks = z.array(z.object({ id: z.string(), title: z.string(), status: CheckStatus })).nullable();
const State = z.enum(['queued', 'running', 'done', 'cancelled', 'superseded', 'fault']);

interface ItemRow {
  readonly submission_id: string;
  readonly run_id: string;
  readonly state: string;
  readonly before_verdict: string | null;
  readonly before_score: number | null;
  readonly after_verdict: string | null;
  readonly after_score: number | null;
  readonly checks_before: unknown;
  readonly checks_after: unknown;
}

/** What each submission of a set had, and would get. */
export async function itemsOf(db: Database, id: string): Promise<readonly RegradeItem[]> {
  const rows = await db.$queryRaw<ItemRow[]>`
    SELECT run.submission_id, run.id AS run_id, run.state::text AS state,
           counting.verdict AS before_verdict, counting.score AS before_score,
           run.verdict AS after_verdict, run.score AS after_score,
           (SELECT jsonb_agg(jsonb_build_object('id', item->>'id', 'title', item->>'title', 'status', item->>'status'))
            FROM jsonb_array_elements(counting.report->'checks') item) AS checks_before,
           (SELECT jsonb_agg(jsonb_build_object('id', item->>'id', 'title', item->>'title', 'status', item->>'status'))
            FROM jsonb_array_elements(run.report->'checks') item) AS checks_after
    FROM run JOIN submission ON submission.id = run.submission_id
    LEFT JOIN run counting ON counting.id = coalesce(run.replaced_run_id, submission.counting_run_id)
    WHERE run.regrade_set_id = ${id}::uuid
    ORDER BY coalesce(run.score - counting.score, 0), submission.submitted_at`;
  return rows.map((row) => ({
    submissionId: row.submission_id,
    runId: row.run_id,
    state: State.parse(row.state),
    before: gradedOf(row.before_verdict, row.before_score),
    after: gradedOf(row.after_verdict, row.after_score),
    checksBefore: checksOf(row.checks_before),
    checksAfter: checksOf(row.checks_after),
  }));
}

/** Makes every finished run of an open set count, all in this transaction. Null when the set isn't open. */
export async function applySet(
  tx: Transaction,
  id: string,
  audit: AuditNote,
  now: Date,
): Promise<{ changes: RunChange[] } | null> {
  const { count } = await tx.regradeSet.updateMany({
    where: { id, state: 'open' },
    data: { state: 'applied' },
  });
  if (count === 0) return null;
  const runs = await tx.run.findMany({
    where: { regradeSetId: id, state: 'done' },
    include: { submission: { include: { assignment: { select: { courseId: true } } } } },
    omit: { report: true },
    orderBy: [{ submission: { personId: 'asc' } }, { id: 'asc' }],
  });
  const ask = askIn(tx);
  const changes: RunChange[] = [];
  for (const run of runs) {
    const { submission } = run;
    if (run.verdict === null || run.score === null) continue;
    const change = {
      runId: run.id,
      submissionId: submission.id,
      assignmentId: submission.assignmentId,
      courseId: submission.assignment.courseId,
      personId: submission.personId,
    };
    await lockStanding(ask, change.assignmentId, change.personId);
    await countRun(ask, change, run.verdict, run.score);
    await addAudit(
      tx,
      {
        ...audit,
        act: 'regrade.applied',
        subject: `submission:${submission.id}`,
        detail: { before: submission.score, after: run.score, regradeSet: id },
      },
      now,
    );
    changes.push(change);
  }
  await addAudit(tx, audit, now);
  return { changes };
}

function gradedOf(verdict: string | null, score: number | null): Graded | null {
  return verdict === null || score === null ? null : { verdict: Verdict.parse(verdict), score };
}

function checksOf(value: unknown): ReadonlyMap<string, RegradedCheck> {
  const checks = Checks.parse(value ?? null) ?? [];
  return new Map(checks.map((check) => [check.id, check]));
}
