import type { ApiClient } from '../client/api-client.ts';
import { textTable } from '../core/text-table.ts';
import { listAssignments, listCourses } from '../http/learner-routes.ts';
import type { AssignmentItem } from '../http/schemas/assignment.ts';
import type { CourseSummary } from '../http/schemas/session.ts';

export interface CourseStatus {
  readonly course: CourseSummary;
  readonly assignments: readonly AssignmentItem[];
}

/** The assignments of one course, or of all of one's own. @throws ApiProblem */
export async function readStatus(
  client: ApiClient,
  course: string | undefined,
  signal: AbortSignal,
): Promise<readonly CourseStatus[]> {
  const { courses } = await client.call(listCourses, { params: {} }, signal);
  const wanted = courses.filter(({ id }) => course === undefined || id === course);
  // A course that isn't one's own is refused by the server, in its words.
  if (course !== undefined && wanted.length === 0)
    await client.call(listAssignments, { params: { course } }, signal);
  return Promise.all(
    wanted.map(async (item) => ({
      course: item,
      ...(await client.call(listAssignments, { params: { course: item.id } }, signal)),
    })),
  );
}

/** For people: a table a course. */
export function renderStatus(status: readonly CourseStatus[]): string {
  if (status.length === 0) return 'You are in no course yet.\n';
  return status
    .map(({ course, assignments }) => `${courseLines(course, assignments).join('\n')}\n`)
    .join('\n');
}

function courseLines(course: CourseSummary, assignments: readonly AssignmentItem[]): string[] {
  const head = `${course.title} (${course.id}), times of ${course.timeZone}`;
  if (assignments.length === 0) return [head, '  no assignments yet'];
  const rows = assignments.map((item) => [
    item.id,
    dueWords(item, course.timeZone),
    item.state,
    item.standing === null ? '' : attemptWords(item.standing),
    item.standing === null ? '' : scoreWords(item.standing),
    item.title,
  ]);
  const table = textTable(['assignment', 'due', '', 'attempts', 'score', 'title'], rows);
  return [head, ...table.map((line) => `  ${line}`)];
}

type Standing = NonNullable<AssignmentItem['standing']>;

function dueWords({ dueAt, standing }: AssignmentItem, timeZone: string): string {
  const due = standing === null ? dueAt : standing.dueAt;
  if (due === null) return 'no due time';
  const format = {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  } as const;
  return new Intl.DateTimeFormat('en-GB', { ...format, timeZone }).format(new Date(due));
}

function attemptWords({ attemptsUsed, attemptsLeft }: Standing): string {
  return attemptsLeft === null ? String(attemptsUsed) : `${attemptsUsed} of ${attemptsUsed + attemptsLeft}`;
}

function scoreWords({ score, status, latePercent }: Standing): string {
  if (score === null) return WITHOUT_SCORE[status];
  return latePercent === 0 ? String(score) : `${score} (late: −${latePercent} %)`;
}

const WITHOUT_SCORE = {
  none: '–',
  queued: 'waits',
  running: 'runs',
  passed: 'passed',
  'not-passed': 'not passed',
  fault: 'grader failed',
} as const satisfies Record<Standing['status'], string>;
