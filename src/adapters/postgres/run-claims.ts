import type { ClaimedRun, RunChange } from '../../app/ports/runs.ts';
import { z } from 'zod';
import { type Database, type Transaction, inTransaction } from './database.ts';
import { lockStanding, refreshStanding } from './standing-rows.ts';
import { type Ask, askIn, inPlainTransaction } from './statements.ts';

/** Takes a queued run for `worker`, by a conditional update that only one of many gets. */
export async function claimRun(db: Database, runId: string, worker: string, now: Date, leaseMs: number) {
  return inPlainTransaction(db, async (ask) => {
    const concern = await lockConcerned(ask, runId);
    if (concern === null) return null;
    const { change, kind, digest } = concern;
    const [row] = await ask(CLAIM, [runId, worker, leaseEnd(now, leaseMs), now]);
    if (row === undefined) return null;
    const { scenario, fence } = ClaimRow.parse(row);
    if (kind !== 'regrade') await refreshStanding(ask, change.assignmentId, change.personId);
    const claim: ClaimedRun = { runId, submissionId: change.submissionId, scenario, digest, fence };
    return { claim, change };
  });
}

const CLAIM = `
  WITH claimed AS (
    UPDATE run SET state = 'running', fence = fence + 1, worker = $2, lease_until = $3, started_at = $4
    WHERE id = $1::uuid AND state = 'queued'
    RETURNING submission_id, scenario, fence, kind
  ), told AS (
    UPDATE submission SET status = 'running' FROM claimed
    WHERE submission.id = claimed.submission_id AND claimed.kind <> 'regrade'
  )
  SELECT scenario, fence FROM claimed`;

const ClaimRow = z.object({ scenario: z.string(), fence: z.number() });

/** Pushes the end of the lease back, where it is still the worker's. */
export async function renewLease(
  db: Database,
  claim: ClaimedRun,
  now: Date,
  leaseMs: number,
): Promise<boolean> {
  const { count } = await db.run.updateMany({
    where: held(claim),
    data: { leaseUntil: leaseEnd(now, leaseMs) },
  });
  return count === 1;
}

export async function handBackRun(db: Database, claim: ClaimedRun): Promise<RunChange | null> {
  return inTransaction(db, async (tx) => {
    const concern = await lockConcerned(askIn(tx), claim.runId);
    const { count } = await tx.run.updateMany({
      where: held(claim),
      data: { state: 'queued', worker: null, leaseUntil: null, rungAt: null, startedAt: null },
    });
    if (count === 0 || concern === null) return null;
    const { change, kind } = concern;
    if (kind !== 'regrade') await setStatus(tx, change, 'queued');
    return change;
  });
}

/** Cancels the first run of a submission. A running one is fenced off: its worker can write nothing any more. */
export async function cancelRun(db: Database, submissionId: string, now: Date): Promise<RunChange | null> {
  return inTransaction(db, async (tx) => {
    const run = await tx.run.findFirst({
      where: { submissionId, kind: { not: 'regrade' } },
      select: { id: true },
    });
    const concern = run && (await lockConcerned(askIn(tx), run.id));
    if (!concern) return null;
    const { change } = concern;
    const { count } = await tx.run.updateMany({
      where: { id: change.runId, state: { in: ['queued', 'running', 'fault'] } },
      data: { state: 'cancelled', fence: { increment: 1 }, leaseUntil: null, finishedAt: now },
    });
    if (count === 0) return null;
    await setStatus(tx, change, 'cancelled');
    return change;
  });
}

/** Where-clause of everything that only the holder of the claim may do. */
export function held(claim: ClaimedRun) {
  return { id: claim.runId, state: 'running', fence: claim.fence, verdict: null } as const;
}

/**
 * Whom a run concerns, with their standing locked: everything that changes a run takes that lock first, so that two
 * of them wait for each other and never for each other's rows.
 */
export async function lockConcerned(ask: Ask, runId: string) {
  const [row] = await ask(
    `SELECT run.kind, submission.id, submission.assignment_id, submission.person_id, submission.digest, assignment.course_id
     FROM run JOIN submission ON submission.id = run.submission_id
     JOIN assignment ON assignment.id = submission.assignment_id
     WHERE run.id = $1::uuid`,
    [runId],
  );
  if (row === undefined) return null;
  // Nothing of it ever changes, so that it needn't be read again once the lock is there.
  const { kind, id, assignment_id, person_id, digest, course_id } = ConcernRow.parse(row);
  await lockStanding(ask, assignment_id, person_id);
  const change: RunChange = {
    runId,
    submissionId: id,
    assignmentId: assignment_id,
    courseId: course_id,
    personId: person_id,
  };
  return { change, kind, digest };
}

const ConcernRow = z.object({
  kind: z.enum(['first', 'regrade', 'probe']),
  id: z.string(),
  assignment_id: z.string(),
  person_id: z.string(),
  digest: z.string(),
  course_id: z.string(),
});

/** Sets a submission's status and works the standing out anew. The lock must be held. */
export async function setStatus(tx: Transaction, change: RunChange, status: string): Promise<void> {
  const ask = askIn(tx);
  await ask('UPDATE submission SET status = $2 WHERE id = $1::uuid', [change.submissionId, status]);
  await refreshStanding(ask, change.assignmentId, change.personId);
}

function leaseEnd(now: Date, leaseMs: number): Date {
  return new Date(now.getTime() + leaseMs);
}
