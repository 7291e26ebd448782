import type { BellRun, ClaimedRun, FaultOutcome, RunChange } from '../../app/ports/runs.ts';
import { addAudit } from './audit-log.ts';
import { type Database, inTransaction } from './database.ts';
import { held, lockConcerned, setStatus } from './run-claims.ts';
import { askIn } from './statements.ts';
import { storableText } from './storable-json.ts';

/** Longest fault message kept. */
const MAX_MESSAGE = 2000;

/** Counts a fault against a claimed run: queued again, or given up at `limit`. */
export async function faultRun(
  db: Database,
  claim: ClaimedRun,
  message: string,
  now: Date,
  limit: number,
  onlyExpired = false,
): Promise<FaultOutcome> {
  return inTransaction(db, async (tx) => {
    const concern = await lockConcerned(askIn(tx), claim.runId);
    const [row] = await tx.run.updateManyAndReturn({
      // A worker that renewed in the meantime keeps its run.
      where: { ...held(claim), ...(onlyExpired && { leaseUntil: { lt: now } }) },
      data: {
        state: 'queued',
        faults: { increment: 1 },
        faultMessage: storableText(message).slice(0, MAX_MESSAGE),
        worker: null,
        leaseUntil: null,
        rungAt: null,
        startedAt: null,
      },
      select: { faults: true, priority: true },
    });
    if (row === undefined || concern === null) return { outcome: 'lost' };
    const { change, kind } = concern;
    const givenUp = row.faults >= limit;
    if (givenUp) {
      await tx.run.update({ where: { id: claim.runId }, data: { state: 'fault', finishedAt: now } });
      await tx.outbox.create({ data: { topic: 'run.given-up', payload: { ...change, faults: row.faults } } });
      await addAudit(
        tx,
        {
          actorId: null,
          courseId: change.courseId,
          act: 'run.given-up',
          subject: `run:${change.runId}`,
          detail: { faults: row.faults, message: message.slice(0, 300) },
        },
        now,
      );
    }
    if (kind !== 'regrade') await setStatus(tx, change, givenUp ? 'fault' : 'queued');
    const run = { runId: claim.runId, priority: row.priority, faults: row.faults };
    return { outcome: givenUp ? 'given-up' : 'again', change, run };
  });
}

/** Takes runs from workers whose lease has ended: a worker that died, or one that lost its breath. */
export async function takeOverExpired(
  db: Database,
  now: Date,
  limit: number,
): Promise<readonly FaultOutcome[]> {
  const rows = await db.run.findMany({
    where: { state: 'running', leaseUntil: { lt: now } },
    include: { submission: { select: { digest: true } } },
    omit: { report: true },
    take: 100,
  });
  const outcomes: FaultOutcome[] = [];
  for (const row of rows) {
    const claim = {
      runId: row.id,
      submissionId: row.submissionId,
      scenario: row.scenario,
      digest: row.submission.digest,
      fence: row.fence,
    };
    const message = `worker ${row.worker ?? 'unknown'} was lost: its lease ended`;
    outcomes.push(await faultRun(db, claim, message, now, limit, true));
  }
  return outcomes;
}

/** Gives a given-up run another round. */
export async function retryRun(
  db: Database,
  runId: string,
  now: Date,
): Promise<{ change: RunChange; run: BellRun } | null> {
  return inTransaction(db, async (tx) => {
    const concern = await lockConcerned(askIn(tx), runId);
    const [row] = await tx.run.updateManyAndReturn({
      where: { id: runId, state: 'fault' },
      data: { state: 'queued', faults: 0, rungAt: null, startedAt: null, finishedAt: null, queuedAt: now },
      select: { priority: true },
    });
    if (row === undefined || concern === null) return null;
    const { change, kind } = concern;
    if (kind !== 'regrade') await setStatus(tx, change, 'queued');
    return { change, run: { runId, priority: row.priority, faults: 0 } };
  });
}
