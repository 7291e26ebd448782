import { z } from 'zod';
import type { SubmissionRecord } from '../../app/ports/submissions.ts';
import { rulesWith } from '../../core/assignment-rules.ts';
import { Verdict } from '../../core/verdict.ts';
import { SubmissionStatus, rulesOf } from './assignment-rows.ts';

/** Submissions with all that is told of them: add conditions. One statement, however much that is. */
export const SUBMISSIONS = `
  SELECT submission.id, submission.attempt, assignment.course_id AS "courseId", course.title AS "courseTitle",
         submission.assignment_id AS "assignmentId", assignment.slug AS "assignmentSlug",
         assignment.title AS "assignmentTitle", assignment.scenario, submission.person_id AS "personId",
         person.name AS "personName", submission.digest, submission.source, submission.submitted_at AS "submittedAt",
         submission.status, submission.verdict, submission.score, submission.counting_run_id AS "countingRunId",
         submission.removed_at AS "removedAt", file_tree.removed_at AS "filesRemovedAt",
         EXISTS (SELECT 1 FROM standing WHERE standing.assignment_id = submission.assignment_id
                   AND standing.person_id = submission.person_id
                   AND standing.counting_submission_id = submission.id) AS counts,
         course.time_zone AS "timeZone", assignment.opens_at AS "opensAt", assignment.due_at AS "dueAt",
         assignment.closes_at AS "closesAt", assignment.attempt_limit AS "attemptLimit",
         assignment.cool_down_seconds AS "coolDownSeconds", assignment.late_policy AS "latePolicy",
         assignment.counting, assignment.feedback,
         extension.person_id IS NOT NULL AS extended, extension.due_at AS "extendedDueAt",
         extension.closes_at AS "extendedClosesAt", extension.extra_attempts AS "extraAttempts"
  FROM submission
  JOIN assignment ON assignment.id = submission.assignment_id
  JOIN course ON course.id = assignment.course_id
  JOIN person ON person.id = submission.person_id
  JOIN file_tree ON file_tree.digest = submission.digest
  LEFT JOIN extension ON extension.assignment_id = submission.assignment_id AND extension.person_id = submission.person_id`;

/** The versions of the rows that the views of submissions are made of; a run's but for its lease. Add a condition. */
export const STAMPS = `
  SELECT submission.id, concat_ws('/', submission.xmin, assignment.xmin, extension.xmin, standing.xmin,
         file_tree.removed_at, previous.id, previous.xmin, runs.stamp) AS stamp
  FROM submission
  JOIN assignment ON assignment.id = submission.assignment_id
  JOIN file_tree ON file_tree.digest = submission.digest
  LEFT JOIN extension ON extension.assignment_id = submission.assignment_id AND extension.person_id = submission.person_id
  LEFT JOIN standing ON standing.assignment_id = submission.assignment_id AND standing.person_id = submission.person_id
  LEFT JOIN LATERAL (
    SELECT earlier.id, earlier.xmin FROM submission earlier
    WHERE earlier.assignment_id = submission.assignment_id AND earlier.person_id = submission.person_id
      AND earlier.attempt < submission.attempt AND earlier.status NOT IN ('cancelled', 'superseded')
    ORDER BY earlier.attempt DESC LIMIT 1
  ) previous ON true
  CROSS JOIN LATERAL (
    SELECT string_agg(concat_ws(',', run.id, run.state, run.fence, run.faults, run.verdict, run.score, run.stripped_at),
                      ';' ORDER BY run.queued_at, run.id) AS stamp
    FROM run WHERE run.submission_id = submission.id
  ) runs`;

export const StampRow = z.object({ id: z.string(), stamp: z.string() });

const Row = z.object({
  id: z.string(),
  attempt: z.number(),
  courseId: z.string(),
  courseTitle: z.string(),
  assignmentId: z.string(),
  assignmentSlug: z.string(),
  assignmentTitle: z.string(),
  scenario: z.string(),
  personId: z.string(),
  personName: z.string(),
  digest: z.string(),
  source: z.enum(['archive', 'files', 'git']),
  submittedAt: z.date(),
  status: SubmissionStatus,
  verdict: Verdict.nullable(),
  score: z.number().nullable(),
  countingRunId: z.string().nullable(),
  removedAt: z.date().nullable(),
  filesRemovedAt: z.date().nullable(),
  counts: z.boolean(),
});

const Rules = z.object({
  timeZone: z.string(),
  opensAt: z.date().nullable(),
  dueAt: z.date().nullable(),
  closesAt: z.date().nullable(),
  attemptLimit: z.number().nullable(),
  coolDownSeconds: z.number(),
  latePolicy: z.unknown(),
  counting: z.string(),
  feedback: z.string(),
  extended: z.boolean(),
  extendedDueAt: z.date().nullable(),
  extendedClosesAt: z.date().nullable(),
  extraAttempts: z.number().nullable(),
});

/** A row of `SUBMISSIONS`. */
export function submissionOf(value: unknown): SubmissionRecord {
  const rules = Rules.parse(value);
  const { extendedDueAt: dueAt, extendedClosesAt: closesAt, extraAttempts } = rules;
  const extension = rules.extended ? { dueAt, closesAt, extraAttempts: extraAttempts ?? 0 } : null;
  return { ...Row.parse(value), rules: rulesWith(rulesOf(rules, rules.timeZone), extension) };
}
