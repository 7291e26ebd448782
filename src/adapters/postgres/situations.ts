import { z } from 'zod';
import { type AssignmentRules, Counting, Feedback, rulesWith } from '../../core/assignment-rules.ts';
import { LatePolicy } from '../../core/late-policy.ts';
import type { Tries } from '../../core/standing.ts';
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

export async function situationOf(ask: Ask, assignmentId: string, personId: string): Promise<Situation> {
  const [row] = await ask(SITUATIONS, [placesValue([{ assignmentId, personId }])]);
  if (row === undefined) throw new Error(`there is no assignment ${assignmentId}`);
  return situationOfRow(row);
}

export function isAt(one: Place, other: Place): boolean {
  return one.assignmentId === other.assignmentId && one.personId === other.personId;
}

/** Places as `SITUATIONS` takes them. */
export function placesValue(places: readonly Place[]): string {
  return JSON.stringify(
    places.map(({ assignmentId, personId }) => ({ assignment_id: assignmentId, person_id: personId })),
  );
}

const GRADED = `status = 'done' AND verdict IS DISTINCT FROM 'rejected'`;
const OF_LEARNER = 'assignment_id = assignment.id AND person_id = learner.person_id';
/** In the words of the index `submission_standing`, which holds those alone. */
const LIVE = `${OF_LEARNER} AND status NOT IN ('cancelled', 'superseded')`;
const TRY = 'id, attempt, submitted_at, status, verdict, score';

/**
 * The situation of each of `learners`, in one statement. What a learner tried is summed up where it
 * lies: only the few submissions that decide anything are read out. `usesAttempt` says which use one up.
 */
export function situations(learners: string): string {
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

/**
 * The situations of the learners in a JSON list. Of a list in JSON the planner guesses the same length whatever it
 * holds: so it comes to keep the plan, where it would plan anew for each array. Submissions, of which there are many,
 * are looked up by learner in subqueries of their own: no guess makes the planner read them all.
 */
export const SITUATIONS = situations(
  'jsonb_to_recordset($1::jsonb) AS learner(assignment_id uuid, person_id uuid)',
);

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
