import { z } from 'zod';
import type { AssignmentFigures, Gradebooks } from '../../app/ports/gradebooks.ts';
import { Verdict } from '../../core/verdict.ts';
import type { Database } from './database.ts';
import { askOf } from './statements.ts';

const Status = z.enum(['none', 'queued', 'running', 'passed', 'not-passed', 'fault']);
const Flags = z.enum(['', 'o', 'e', 'oe']);

const Learners = z.array(
  z.object({ id: z.string(), name: z.string(), email: z.string(), externalId: z.string().nullable() }),
);
const Cells = z.array(
  z.object({
    personId: z.string(),
    assignmentId: z.string(),
    score: z.number().nullable(),
    status: Status,
    attemptsUsed: z.number(),
    latePercent: z.number(),
    flags: Flags,
    countingSubmission: z.string().nullable(),
    closesAt: z.date().nullable(),
  }),
);

export function gradebookStore(db: Database): Gradebooks {
  const ask = askOf(db);
  return {
    async learners(courseId) {
      return Learners.parse(await ask(LEARNERS, [courseId]));
    },

    async cells(courseId, personId) {
      const cells = personId === undefined ? ask(CELLS, [courseId]) : ask(OWN_CELLS, [courseId, personId]);
      return Cells.parse(await cells);
    },

    figures: (assignmentId) => figuresOf(db, assignmentId),
  };
}

/** Standings are kept up to date with every verdict: submissions and reports are not looked at here. */
const CELLS = `
  SELECT standing.person_id AS "personId", standing.assignment_id AS "assignmentId", standing.score, standing.status,
         standing.attempts_used AS "attemptsUsed", standing.late_percent AS "latePercent", standing.flags,
         standing.counting_submission_id AS "countingSubmission",
         greatest(assignment.closes_at, extension.closes_at, extension.due_at) AS "closesAt"
  FROM standing
  JOIN assignment ON assignment.id = standing.assignment_id AND assignment.course_id = $1
  LEFT JOIN extension ON extension.assignment_id = standing.assignment_id
    AND extension.person_id = standing.person_id AND assignment.closes_at IS NOT NULL`;
const OWN_CELLS = `${CELLS} WHERE standing.person_id = $2::uuid`;

const LEARNERS = `
  SELECT person.id, person.name, person.email, enrolment.external_id AS "externalId"
  FROM enrolment JOIN person ON person.id = enrolment.person_id
  WHERE enrolment.course_id = $1 AND enrolment.role = 'learner' ORDER BY person.name, person.id`;

const Outcomes = z.array(
  z.object({
    verdict: Verdict,
    count: z.number(),
    checks: z.array(z.object({ id: z.string(), title: z.string(), failed: z.boolean() })).nullable(),
  }),
);

async function figuresOf(db: Database, assignmentId: string): Promise<AssignmentFigures> {
  const [learners, standings, outcomes, median] = await Promise.all([
    db.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM enrolment JOIN assignment ON assignment.course_id = enrolment.course_id
      WHERE assignment.id = ${assignmentId}::uuid AND enrolment.role = 'learner'`,
    db.standing.findMany({
      where: { assignmentId },
      select: { score: true, status: true, firstPassAttempts: true },
    }),
    // An index alone answers it, and there are few ways to end: no report is read, however many there are.
    db.$queryRaw`
      SELECT ended.verdict, ended.count, check_outcome.checks
      FROM (SELECT verdict, outcome, count(*)::int AS count FROM submission
            WHERE assignment_id = ${assignmentId}::uuid AND verdict IS NOT NULL GROUP BY verdict, outcome) ended
      LEFT JOIN check_outcome ON check_outcome.digest = ended.outcome`,
    db.$queryRaw<{ median: number | null }[]>`
      SELECT (percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_pass_at - began_at) * 1000))::float8 AS median
      FROM (SELECT standing.first_pass_at,
                   -- Who submitted before it opened, since the opening was put off, began then.
                   least(assignment.opens_at, (SELECT submitted_at FROM submission
                     WHERE submission.assignment_id = standing.assignment_id
                       AND submission.person_id = standing.person_id ORDER BY attempt LIMIT 1)) AS began_at
            FROM standing JOIN assignment ON assignment.id = standing.assignment_id
            WHERE standing.assignment_id = ${assignmentId}::uuid AND standing.first_pass_at IS NOT NULL) passes`,
  ]);
  const ended = Outcomes.parse(outcomes);
  return {
    learners: learners[0]?.count ?? 0,
    scores: standings.flatMap((row) => (row.score === null ? [] : [row.score])),
    passed: standings.filter((row) => row.firstPassAttempts !== null).length,
    attemptsToPass: countBy(standings.flatMap((row) => row.firstPassAttempts ?? [])),
    checks: checksIn(ended),
    verdicts: verdictsIn(ended),
    medianMsToFirstPass: median[0]?.median ?? null,
  };
}

/** How often each check failed, the one that failed most first. */
function checksIn(outcomes: z.output<typeof Outcomes>): AssignmentFigures['checks'] {
  const tallies = new Map<string, { id: string; title: string; failed: number; decided: number }>();
  for (const { count, checks } of outcomes) {
    for (const { id, title, failed } of checks ?? []) {
      const tally = tallies.get(id) ?? { id, title, failed: 0, decided: 0 };
      tallies.set(id, tally);
      tally.decided += count;
      if (failed) tally.failed += count;
    }
  }
  return [...tallies.values()].sort((a, b) => b.failed - a.failed || (a.id < b.id ? -1 : 1));
}

function verdictsIn(outcomes: z.output<typeof Outcomes>): AssignmentFigures['verdicts'] {
  const counts = new Map<Verdict, number>();
  for (const { verdict, count } of outcomes) counts.set(verdict, (counts.get(verdict) ?? 0) + count);
  return [...counts].map(([verdict, count]) => ({ verdict, count }));
}

function countBy(attempts: readonly number[]): { attempts: number; count: number }[] {
  const counts = new Map<number, number>();
  for (const item of attempts) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b).map(([item, count]) => ({ attempts: item, count }));
}
