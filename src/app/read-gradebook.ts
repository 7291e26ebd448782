import { courseTotal } from '../core/course-total.ts';
import { notFound } from './actor.ts';
import type { AssignmentRecord, Assignments } from './ports/assignments.ts';
import type { Clock } from './ports/clock.ts';
import type { CourseRecord, Courses } from './ports/courses.ts';
import type { GradebookCellRecord, Gradebooks, LearnerRecord } from './ports/gradebooks.ts';

export interface GradebookRow {
  readonly learner: LearnerRecord;
  /** Weighted, 0–100. */
  readonly total: number | null;
  /** In the order of the assignments; null where nothing is known of the learner. */
  readonly cells: readonly (GradebookCellRecord | null)[];
}

export interface GradebookRecord {
  readonly course: CourseRecord;
  readonly assignments: readonly AssignmentRecord[];
  readonly rows: readonly GradebookRow[];
  readonly asOf: Date;
}

interface Deps {
  readonly courses: Courses;
  readonly assignments: Assignments;
  readonly gradebooks: Gradebooks;
  readonly clock: Clock;
}

/** The whole gradebook, or one learner's row of it. Unpublished assignments stand in no gradebook. */
export async function readGradebook(
  deps: Deps,
  courseId: string,
  personId?: string,
): Promise<GradebookRecord> {
  const [course, all, learners, cells] = await Promise.all([
    deps.courses.find(courseId),
    deps.assignments.list(courseId),
    deps.gradebooks.learners(courseId),
    deps.gradebooks.cells(courseId, personId),
  ]);
  if (course === null) throw notFound('course');
  const asOf = deps.clock.now();
  const assignments = all.filter((assignment) => assignment.published);
  const places = byPerson(cells);
  const shown = personId === undefined ? learners : learners.filter((learner) => learner.id === personId);
  const rows = shown.map((learner): GradebookRow => {
    const own = places.get(learner.id);
    const row = assignments.map((assignment) => own?.get(assignment.id) ?? null);
    const scores = assignments.map((assignment, index) => {
      const cell = row[index];
      const closesAt = cell?.closesAt ?? assignment.rules.closesAt;
      return {
        weight: assignment.weight,
        score: cell?.score ?? null,
        closed: closesAt !== null && asOf > closesAt,
      };
    });
    return { learner, total: courseTotal(scores), cells: row };
  });
  return { course, assignments, rows, asOf };
}

/** By learner, then by assignment. */
function byPerson(
  cells: readonly GradebookCellRecord[],
): ReadonlyMap<string, ReadonlyMap<string, GradebookCellRecord>> {
  const all = new Map<string, Map<string, GradebookCellRecord>>();
  for (const cell of cells) {
    const own = all.get(cell.personId) ?? new Map<string, GradebookCellRecord>();
    all.set(cell.personId, own.set(cell.assignmentId, cell));
  }
  return all;
}
