import { rulesWith } from '../../core/assignment-rules.ts';
import { type Standing, standingOf } from '../../core/standing.ts';
import { rulesOf, tryOf } from './assignment-rows.ts';
import type { Transaction } from './database.ts';

/**
 * Keeps others from changing what one learner's standing at one assignment is made of, until the transaction ends.
 * Everything that writes submissions, extensions or overrides takes it before it reads.
 */
export async function lockStanding(tx: Transaction, assignmentId: string, personId: string): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock_shared(hashtextextended(${assignmentId}, 2))::text`;
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${assignmentId}/${personId}`}, 1))::text`;
}

/** The rules as they hold for the learner, and everything that the learner submitted. */
export async function situationOf(tx: Transaction, assignmentId: string, personId: string) {
  const assignment = await tx.assignment.findUniqueOrThrow({
    where: { id: assignmentId },
    include: { course: true },
  });
  // One after the other: a transaction has one connection, and that takes one query at a time.
  const place = { assignmentId_personId: { assignmentId, personId } };
  const extension = await tx.extension.findUnique({ where: place });
  const override = await tx.override.findUnique({ where: place });
  const submissions = await tx.submission.findMany({ where: { assignmentId, personId }, select: TRY });
  const rules = rulesWith(rulesOf(assignment, assignment.course.timeZone), extension);
  return { rules, tries: submissions.map(tryOf), extension, override };
}

/** Works the standing out anew and stores it. The lock must be held. */
export async function refreshStanding(
  tx: Transaction,
  assignmentId: string,
  personId: string,
): Promise<void> {
  const { rules, tries, extension, override } = await situationOf(tx, assignmentId, personId);
  const standing = standingOf(rules, tries, override?.score ?? null);
  await writeStandings(tx, assignmentId, [rowOf(personId, standing, override !== null, extension !== null)]);
}

/** Works out every standing of an assignment whose rules have changed: a few queries, however many learners. */
export async function refreshAssignment(tx: Transaction, assignmentId: string): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${assignmentId}, 2))::text`;
  const assignment = await tx.assignment.findUniqueOrThrow({
    where: { id: assignmentId },
    include: { course: true },
  });
  const base = rulesOf(assignment, assignment.course.timeZone);
  const people = await tx.standing.findMany({ where: { assignmentId }, select: { personId: true } });
  const extensions = byPerson(await tx.extension.findMany({ where: { assignmentId } }));
  const overrides = byPerson(await tx.override.findMany({ where: { assignmentId } }));
  const submissions = byPerson(
    await tx.submission.findMany({ where: { assignmentId }, select: { ...TRY, personId: true } }),
  );
  const rows = people.map(({ personId }) => {
    const extension = extensions.get(personId)?.[0] ?? null;
    const override = overrides.get(personId)?.[0] ?? null;
    const tries = (submissions.get(personId) ?? []).map(tryOf);
    const standing = standingOf(rulesWith(base, extension), tries, override?.score ?? null);
    return rowOf(personId, standing, override !== null, extension !== null);
  });
  await writeStandings(tx, assignmentId, rows);
}

const TRY = { id: true, attempt: true, submittedAt: true, status: true, verdict: true, score: true } as const;

function byPerson<T extends { readonly personId: string }>(rows: readonly T[]): Map<string, T[]> {
  const grouped = new Map<string, T[]>();
  for (const row of rows) {
    const known = grouped.get(row.personId);
    if (known === undefined) grouped.set(row.personId, [row]);
    else known.push(row);
  }
  return grouped;
}

function rowOf(personId: string, standing: Standing, overridden: boolean, extended: boolean) {
  return {
    person_id: personId,
    status: standing.status,
    score: standing.score,
    raw_score: standing.rawScore,
    attempts_used: standing.attemptsUsed,
    late_by_ms: standing.lateByMs,
    late_percent: standing.latePercent,
    counting_submission_id: standing.countingSubmission,
    latest_submission_id: standing.latestSubmission,
    flags: `${overridden ? 'o' : ''}${extended ? 'e' : ''}`,
    first_pass_at: standing.firstPassAt,
    first_pass_attempts: standing.firstPassAttempts,
  };
}

async function writeStandings(
  tx: Transaction,
  assignmentId: string,
  rows: readonly ReturnType<typeof rowOf>[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO standing (assignment_id, person_id, status, score, raw_score, attempts_used, late_by_ms, late_percent,
                          counting_submission_id, latest_submission_id, flags, first_pass_at, first_pass_attempts)
    SELECT ${assignmentId}::uuid, person_id, status, score, raw_score, attempts_used, late_by_ms, late_percent,
           counting_submission_id, latest_submission_id, flags, first_pass_at, first_pass_attempts
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS item(person_id uuid, status text, score float8, raw_score float8, attempts_used int, late_by_ms bigint,
              late_percent float8, counting_submission_id uuid, latest_submission_id uuid, flags text,
              first_pass_at timestamptz, first_pass_attempts int)
    ON CONFLICT (assignment_id, person_id) DO UPDATE SET
      status = excluded.status, score = excluded.score, raw_score = excluded.raw_score,
      attempts_used = excluded.attempts_used, late_by_ms = excluded.late_by_ms,
      late_percent = excluded.late_percent, counting_submission_id = excluded.counting_submission_id,
      latest_submission_id = excluded.latest_submission_id, flags = excluded.flags,
      first_pass_at = excluded.first_pass_at, first_pass_attempts = excluded.first_pass_attempts`;
}
