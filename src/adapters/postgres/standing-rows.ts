import { z } from 'zod';
import { type AssignmentRules, Counting, Feedback, rulesWith } from '../../core/assignment-rules.ts';
import { LatePolicy } from '../../core/late-policy.ts';
import { type Standing, type Tries, standingOf } from '../../core/standing.ts';
import { Verdict } from '../../core/verdict.ts';
import { SubmissionStatus } from './assignment-rows.ts';
import type { Ask } from './statements.ts';

/** One learner at one assignment. */
export interface Place {
  readonly assignmentId: string;
  readonly personId: string;
}

/** How one learner stands to one assignment: the rules as they hold for them, and what they tried. */
export interface Situation extends Place {
  readonly rules: AssignmentRules;
  readonly tries: Tries;
  readonly extended: boolean;
  readonly override: number | null;
}

/**
 * Keeps others from changing what one learner's standing at one assignment is made of, until the transaction ends.
 * Everything that writes submissions, extensions or overrides takes it before it reads.
 */
export async function lockStanding(ask: Ask, assignmentId: string, personId: string): Promise<void> {
  await ask(
    `SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 2))::text,
            pg_advisory_xact_lock(hashtextextended($2, 1))::text`,
    [assignmentId, `${assignmentId}/${personId}`],
  );
}

/**
 * The same of several, without ever waiting: says of which ones it has the lock. Since it doesn't wait, it can't wait
 * for somebody who waits for it.
 */
export async function tryLockStandings(ask: Ask, places: readonly Place[]): Promise<readonly boolean[]> {
  const rows = await ask(
    `SELECT pg_try_advisory_xact_lock_shared(hashtextextended(assignment, 2))
            AND pg_try_advisory_xact_lock(hashtextextended(assignment || '/' || person, 1)) AS held
     FROM unnest($1::text[], $2::text[]) WITH ORDINALITY item(assignment, person, number) ORDER BY number`,
    [places.map((place) => place.assignmentId), places.map((place) => place.personId)],
  );
  return z.array(z.object({ held: z.boolean() }).transform(({ held }) => held)).parse(rows);
}

export async function situationOf(ask: Ask, assignmentId: string, personId: string): Promise<Situation> {
  const [situation] = await situationsOf(ask, [{ assignmentId, personId }]);
  if (situation === undefined) throw new Error(`there is no assignment ${assignmentId}`);
  return situation;
}

/** The situations of several, in their order; undefined where there is no such assignment any more. One statement. */
export async function situationsOf(
  ask: Ask,
  places: readonly Place[],
): Promise<readonly (Situation | undefined)[]> {
  const [one] = places;
  if (one === undefined) return [];
  // Of one most often: a plan for many would be made anew each time.
  const columns = [places.map((place) => place.assignmentId), places.map((place) => place.personId)];
  const alone = places.length === 1;
  const rows = await ask(alone ? OF_ONE : OF_MANY, alone ? [one.assignmentId, one.personId] : columns);
  const found = rows.map(situationOfRow);
  return places.map((place) =>
    found.find((item) => item.assignmentId === place.assignmentId && item.personId === place.personId),
  );
}

/** Works the standing out anew and stores it. The lock must be held. */
export async function refreshStanding(ask: Ask, assignmentId: string, personId: string): Promise<void> {
  await writeStandings(ask, [await situationOf(ask, assignmentId, personId)]);
}

/** Works out every standing of an assignment whose rules have changed: a few queries, however many learners. */
export async function refreshAssignment(ask: Ask, assignmentId: string): Promise<void> {
  await ask('SELECT pg_advisory_xact_lock(hashtextextended($1, 2))::text', [assignmentId]);
  const everybody = '(SELECT assignment_id, person_id FROM standing WHERE assignment_id = $1::uuid) learner';
  const rows = await ask(situations(everybody), [assignmentId]);
  await writeStandings(ask, rows.map(situationOfRow));
}

async function writeStandings(ask: Ask, situations: readonly Situation[]): Promise<void> {
  if (situations.length === 0) return;
  await ask(UPSERT_STANDINGS, [JSON.stringify(situations.map(standingRow))]);
}

/** A standing as `UPSERT_STANDINGS` takes it. */
export function standingRow({ assignmentId, personId, rules, tries, override, extended }: Situation) {
  const standing: Standing = standingOf(rules, tries, override);
  return {
    assignment_id: assignmentId,
    person_id: personId,
    status: standing.status,
    score: standing.score,
    raw_score: standing.rawScore,
    attempts_used: standing.attemptsUsed,
    late_by_ms: standing.lateByMs,
    late_percent: standing.latePercent,
    counting_submission_id: standing.countingSubmission,
    latest_submission_id: standing.latestSubmission,
    flags: `${override === null ? '' : 'o'}${extended ? 'e' : ''}`,
    first_pass_at: standing.firstPassAt,
    first_pass_attempts: standing.firstPassAttempts,
  };
}

/** Takes a JSON list of `standingRow`s. */
export const UPSERT_STANDINGS = `
  INSERT INTO standing (assignment_id, person_id, status, score, raw_score, attempts_used, late_by_ms, late_percent,
                        counting_submission_id, latest_submission_id, flags, first_pass_at, first_pass_attempts)
  SELECT assignment_id, person_id, status, score, raw_score, attempts_used, late_by_ms, late_percent,
         counting_submission_id, latest_submission_id, flags, first_pass_at, first_pass_attempts
  FROM jsonb_to_recordset($1::jsonb)
    AS item(assignment_id uuid, person_id uuid, status text, score float8, raw_score float8, attempts_used int, late_by_ms bigint,
            late_percent float8, counting_submission_id uuid, latest_submission_id uuid, flags text,
            first_pass_at timestamptz, first_pass_attempts int)
  ON CONFLICT (assignment_id, person_id) DO UPDATE SET
    status = excluded.status, score = excluded.score, raw_score = excluded.raw_score,
    attempts_used = excluded.attempts_used, late_by_ms = excluded.late_by_ms,
    late_percent = excluded.late_percent, counting_submission_id = excluded.counting_submission_id,
    latest_submission_id = excluded.latest_submission_id, flags = excluded.flags,
    first_pass_at = excluded.first_pass_at, first_pass_attempts = excluded.first_pass_attempts`;

const GRADED = `status = 'done' AND verdict IS DISTINCT FROM 'rejected'`;
const OF_LEARNER = 'assignment_id = assignment.id AND person_id = learner.person_id';
/** In the words of the index `submission_standing`, which holds those alone. */
const LIVE = `${OF_LEARNER} AND status NOT IN ('cancelled', 'superseded')`;
const TRY = 'id, attempt, submitted_at, status, verdict, score';

/**
 * The situation of each of `learners`, in one statement. What a learner tried is summed up where it
 * lies: only the few submissions that decide anything are read out. `usesAttempt` says which use one up.
 */
function situations(learners: string): string {
  return `
    SELECT learner.assignment_id, learner.person_id, assignment.opens_at, assignment.due_at, assignment.closes_at, assignment.attempt_limit,
           assignment.cool_down_seconds, assignment.late_policy, assignment.counting, assignment.feedback,
           course.time_zone, override.score AS override,
           extension.person_id IS NOT NULL AS extended, extension.due_at AS extended_due_at,
           extension.closes_at AS extended_closes_at, extension.extra_attempts,
           latest.id AS latest, coalesce(latest.attempt, 0) AS attempts, counts.used, counts.spent,
           CASE WHEN counts.first_pass IS NULL THEN 0 ELSE
             (SELECT count(*)::int FROM submission
              WHERE ${LIVE} AND attempt <= counts.first_pass AND (status IN ('queued', 'running') OR (${GRADED})))
           END AS used_to_pass,
           (SELECT coalesce(jsonb_agg(to_jsonb(item)), '[]') FROM (
              SELECT ${TRY} FROM submission
              WHERE ${LIVE} AND attempt IN (counts.newest, counts.last_graded, counts.last_spent, counts.first_pass)
              UNION
              (SELECT DISTINCT ON (score, score_stands) ${TRY} FROM (
                 -- Steps may go down again: only with other policies is the earlier never worth less.
                 SELECT ${TRY}, CASE WHEN assignment.late_policy->>'kind' = 'steps' THEN attempt END AS score_stands
                 FROM submission WHERE ${LIVE} AND ${GRADED}) graded
               ORDER BY score, score_stands, submitted_at, attempt)
            ) item) AS decisive
    FROM ${learners}
    JOIN assignment ON assignment.id = learner.assignment_id
    JOIN course ON course.id = assignment.course_id
    LEFT JOIN extension ON extension.assignment_id = assignment.id AND extension.person_id = learner.person_id
    LEFT JOIN override ON override.assignment_id = assignment.id AND override.person_id = learner.person_id
    LEFT JOIN LATERAL (
      SELECT id, attempt FROM submission WHERE ${OF_LEARNER} ORDER BY attempt DESC LIMIT 1
    ) latest ON true
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE status IN ('queued', 'running') OR (${GRADED}))::int AS used,
             count(*) FILTER (WHERE status = 'running' OR (${GRADED}))::int AS spent,
             max(attempt) AS newest,
             max(attempt) FILTER (WHERE ${GRADED}) AS last_graded,
             max(attempt) FILTER (WHERE status = 'running' OR (${GRADED})) AS last_spent,
             min(attempt) FILTER (WHERE status = 'done' AND verdict = 'passed') AS first_pass
      FROM submission WHERE ${LIVE}
    ) counts`;
}

const OF_ONE = situations('(SELECT $1::uuid AS assignment_id, $2::uuid AS person_id) learner');
const OF_MANY = situations('unnest($1::uuid[], $2::uuid[]) AS learner(assignment_id, person_id)');

const Instant = z.coerce.date();

const SituationRow = z.object({
  assignment_id: z.string(),
  person_id: z.string(),
  opens_at: z.date().nullable(),
  due_at: z.date().nullable(),
  closes_at: z.date().nullable(),
  attempt_limit: z.number().nullable(),
  cool_down_seconds: z.number(),
  late_policy: LatePolicy,
  counting: Counting,
  feedback: Feedback,
  time_zone: z.string(),
  override: z.number().nullable(),
  extended: z.boolean(),
  extended_due_at: z.date().nullable(),
  extended_closes_at: z.date().nullable(),
  extra_attempts: z.number().nullable(),
  latest: z.string().nullable(),
  attempts: z.number(),
  used: z.number(),
  spent: z.number(),
  used_to_pass: z.number(),
  decisive: z.array(
    z.object({
      id: z.string(),
      attempt: z.number(),
      submitted_at: Instant,
      status: SubmissionStatus,
      verdict: Verdict.nullable(),
      score: z.number().nullable(),
    }),
  ),
});

export function situationOfRow(value: unknown): Situation {
  const row = SituationRow.parse(value);
  const rules = {
    timeZone: row.time_zone,
    opensAt: row.opens_at,
    dueAt: row.due_at,
    closesAt: row.closes_at,
    attemptLimit: row.attempt_limit,
    coolDownSeconds: row.cool_down_seconds,
    latePolicy: row.late_policy,
    counting: row.counting,
    feedback: row.feedback,
  };
  const { extended_due_at: dueAt, extended_closes_at: closesAt, extra_attempts } = row;
  const grant = row.extended ? { dueAt, closesAt, extraAttempts: extra_attempts ?? 0 } : null;
  return {
    assignmentId: row.assignment_id,
    personId: row.person_id,
    rules: rulesWith(rules, grant),
    tries: {
      attempts: row.attempts,
      latest: row.latest,
      used: row.used,
      spent: row.spent,
      usedToPass: row.used_to_pass,
      decisive: row.decisive.map(({ submitted_at: submittedAt, ...item }) => ({ ...item, submittedAt })),
    },
    extended: row.extended,
    override: row.override,
  };
}
