import type { GradebookCellRecord } from '../../app/ports/gradebooks.ts';
import type { GradebookRecord } from '../../app/read-gradebook.ts';
import type { Gradebook, GradebookCell } from '../schemas/gradebook.ts';

export function gradebookView(gradebook: GradebookRecord): Gradebook {
  return {
    course: gradebook.course,
    assignments: gradebook.assignments.map(({ slug, title, weight, rules }) => ({
      id: slug,
      title,
      weight,
      dueAt: rules.dueAt?.toISOString() ?? null,
      attemptLimit: rules.attemptLimit,
    })),
    learners: gradebook.rows.map(({ learner, total, cells }) => ({
      ...learner,
      total,
      cells: cells.map(cellView),
    })),
    asOf: gradebook.asOf.toISOString(),
  };
}

export function cellView(cell: GradebookCellRecord | null): GradebookCell {
  if (cell === null) return [null, 'none', 0, 0, '', null];
  return [cell.score, cell.status, cell.attemptsUsed, cell.latePercent, cell.flags, cell.countingSubmission];
}
