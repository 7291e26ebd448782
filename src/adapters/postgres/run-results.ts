import type { ClaimedRun, RunChange } from '../../app/ports/runs.ts';
import type { Report } from '../../core/report.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { addAudit } from './audit-log.ts';
import { type Database, type Transaction, inTransaction } from './database.ts';
import { held, lockConcerned } from './run-claims.ts';
import { refreshStanding } from './standing-rows.ts';
import { storableJson } from './storable-json.ts';

/** Writes a result once, with standing, outbox and audit row in the same transaction. Null when the claim is lost. */
export async function recordResult(
  db: Database,
  claim: ClaimedRun,
  report: Report,
  now: Date,
): Promise<RunChange | null> {
  return inTransaction(db, async (tx) => {
    const concern = await lockConcerned(tx, claim.runId);
    if (concern === null) return null;
    const { change, kind, submission } = concern;
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
    const counts =
      kind !== 'regrade' || (await appliesItself(tx, claim.runId, submission.score, report.score));
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
  const { countingRunId } = await tx.submission.findUniqueOrThrow({ where: { id: change.submissionId } });
  await tx.run.update({ where: { id: change.runId }, data: { replacedRunId: countingRunId } });
  await tx.submission.update({
    where: { id: change.submissionId },
    data: { status: 'done', verdict, score, countingRunId: change.runId },
  });
  await refreshStanding(tx, change.assignmentId, change.personId);
}

/** A regrade counts by itself only in a set of one that asks for it, and only where nobody loses by it. */
async function appliesItself(
  tx: Transaction,
  runId: string,
  before: number | null,
  after: number,
): Promise<boolean> {
  const run = await tx.run.findUnique({ where: { id: runId }, select: { regradeSet: true } });
  const set = run?.regradeSet;
  if (!set?.selfApplying || set.state !== 'open' || (before !== null && after < before)) return false;
  await tx.regradeSet.update({ where: { id: set.id }, data: { state: 'applied' } });
  return true;
}
