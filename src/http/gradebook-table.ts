import { stringify } from 'csv-stringify/sync';
import type { GradebookRecord } from '../app/read-gradebook.ts';

export type TableFormat = 'plain' | 'canvas' | 'moodle';

/**
 * The gradebook as CSV. A name that a spreadsheet would take for a formula is escaped. `canvas` and `moodle` have
 * the columns by which those systems find a person again.
 */
export function gradebookTable(gradebook: GradebookRecord, format: TableFormat): string {
  const options = { escape_formulas: true, record_delimiter: 'windows' } as const;
  // The mark makes Excel read the names as UTF-8; the others would take it for a part of the first column's name.
  const mark = format === 'plain' ? '\uFEFF' : '';
  return mark + stringify(rowsOf(gradebook, format), options);
}

function rowsOf(gradebook: GradebookRecord, format: TableFormat): (string | number)[][] {
  const titles = gradebook.assignments.map((assignment) => assignment.title);
  switch (format) {
    case 'plain':
      return [
        ['Name', 'Email', 'External ID', ...titles, 'Total'],
        ...gradebook.rows.map(({ learner, cells, total }) => [
          learner.name,
          learner.email,
          learner.externalId ?? '',
          ...cells.map((cell) => cell?.score ?? ''),
          total ?? '',
        ]),
      ];
    case 'canvas':
      return [
        ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section', ...titles],
        ['Points Possible', '', '', '', '', ...titles.map(() => 100)],
        ...gradebook.rows.map(({ learner, cells }) => [
          learner.name,
          '',
          learner.externalId ?? '',
          learner.email,
          gradebook.course.id,
          ...cells.map((cell) => cell?.score ?? ''),
        ]),
      ];
    case 'moodle':
      return [
        ['Full name', 'Email address', 'ID number', ...titles],
        ...gradebook.rows.map(({ learner, cells }) => [
          learner.name,
          learner.email,
          learner.externalId ?? '',
          ...cells.map((cell) => cell?.score ?? ''),
        ]),
      ];
  }
}
