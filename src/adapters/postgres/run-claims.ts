import type { ClaimedRun, RunChange } from '../../app/ports/runs.ts';
import { type Database, type Transaction, inTransaction } from './database.ts';
import { lockStanding, refreshStanding } from './standing-rows.ts';

/** Takes a queued run for `worker`, by a conditional update that only one of many gets. */
export async function claimRun(db: Database, runId: string, worker: string, now: Date, leaseMs: number) {
  return inTransaction(db, async (tx) => {
    const concern = await lockConcerned(tx, runId);
    if (concern === null) return null;
    const [row] = await tx.run.updateManyAndReturn({
      where: { id: runId, state: 'queued' },
      data: {
        state: 'running',
        fence: { increment: 1 },
        worker,
        leaseUntil: leaseEnd(now, leaseMs),
        startedAt: now,
      },
      select: { submissionId: true, scenario: true, fence: true },
    });
    if (row === undefined) return null;
    const { change, kind, submission } = concern;
    if (kind !== 'regrade') await setStatus(tx, change, 'running');
    const claim: ClaimedRun = { runId, ...row, digest: submission.digest };
    return { claim, change };
  });
}

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
    const concern = await lockConcerned(tx, claim.runId);
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
    const concern = run && (await lockConcerned(tx, run.id));
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
export async function lockConcerned(tx: Transaction, runId: string) {
  const known = await tx.run.findUnique({
    where: { id: runId },
    select: { submission: { select: { assignmentId: true, personId: true } } },
  });
  if (known === null) return null;
  await lockStanding(tx, known.submission.assignmentId, known.submission.personId);
  const { kind, submission } = await tx.run.findUniqueOrThrow({
    where: { id: runId },
    select: { kind: true, submission: { include: { assignment: { select: { courseId: true } } } } },
  });
  const change: RunChange = {
    runId,
    submissionId: submission.id,
    assignmentId: submission.assignmentId,
    courseId: submission.assignment.courseId,
    personId: submission.personId,
  };
  return { change, kind, submission };
}

/** Sets a submission's status and works the standing out anew. The lock must be held. */
export async function setStatus(tx: Transaction, change: RunChange, status: string): Promise<void> {
  await tx.submission.update({ where: { id: change.submissionId }, data: { status } });
  await refreshStanding(tx, change.assignmentId, change.personId);
}

function leaseEnd(now: Date, leaseMs: number): Date {
  return new Date(now.getTime() + leaseMs);
}
