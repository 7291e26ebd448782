import { rulesWith } from '../../core/assignment-rules.ts';
import { type Standing, standingOf } from '../../core/standing.ts';
import { rulesOf, tryOf } from './assignment-rows.ts';
import type { Transaction } from './database.ts';

/**
 * Keeps others from changing what one learner's standing at one assignment is made of, until the transaction ends.
 * Everything that writes submissions, extensions or overrides takes it before it reads.
 */
export async function lockStanding(tx: Transaction, assignmentId: string, personId: string): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${assignmentId}/${personId}`}, 1))::text`;
}

/** The rules as they hold for the learner, and everything that the learner submitted. */
export async function situationOf(tx: Transaction, assignmentId: string, personId: string) {
  const assignment = await tx.assignment.findUniqueOrThrow({
    where: { id: assignmentId },
    include: { course: true, extensions: { where: { personId } }, overrides: { where: { personId } } },
  });
  const submissions = await tx.submission.findMany({
    where: { assignmentId, personId },
    select: { id: true, attempt: true, submittedAt: true, status: true, verdict: true, score: true },
  });
  const extension = assignment.extensions[0] ?? null;
  const override = assignment.overrides[0] ?? null;
  const rules = rulesWith(rulesOf(assignment, assignment.course.timeZone), extension);
  return { assignment, rules, tries: submissions.map(tryOf), extension, override };
}

/** Works the standing out anew and stores it. The lock must be held. */
export async function refreshStanding(
  tx: Transaction,
  assignmentId: string,
  personId: string,
): Promise<void> {
  const { rules, tries, extension, override } = await situationOf(tx, assignmentId, personId);
  const flags = `${override ? 'o' : ''}${extension ? 'e' : ''}`;
  await writeStanding(tx, assignmentId, personId, standingOf(rules, tries, override?.score ?? null), flags);
}

/** Works out every standing of an assignment whose rules have changed. */
export async function refreshAssignment(tx: Transaction, assignmentId: string): Promise<void> {
  const rows = await tx.standing.findMany({
    where: { assignmentId },
    select: { personId: true },
    orderBy: { personId: 'asc' },
  });
  for (const { personId } of rows) {
    await lockStanding(tx, assignmentId, personId);
    await refreshStanding(tx, assignmentId, personId);
  }
}

async function writeStanding(
  tx: Transaction,
  assignmentId: string,
  personId: string,
  standing: Standing,
  flags: string,
): Promise<void> {
  const data = {
    status: standing.status,
    score: standing.score,
    rawScore: standing.rawScore,
    attemptsUsed: standing.attemptsUsed,
    lateByMs: BigInt(standing.lateByMs),
    latePercent: standing.latePercent,
    countingSubmissionId: standing.countingSubmission,
    latestSubmissionId: standing.latestSubmission,
    firstPassAt: standing.firstPassAt,
    firstPassAttempts: standing.firstPassAttempts,
    flags,
  };
  await tx.standing.upsert({
    where: { assignmentId_personId: { assignmentId, personId } },
    create: { assignmentId, personId, ...data },
    update: data,
  });
}
