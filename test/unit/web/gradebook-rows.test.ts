import { describe, expect, it } from 'vitest';
import type { Gradebook, GradebookCell } from '../../../src/http/schemas/gradebook.ts';
import { type View, rowsOf, withChange } from '../../../src/web/gradebook/rows.ts';

const VIEW: View = { search: '', filter: 'all', sort: 'name', descending: false };
const NONE: GradebookCell = [null, 'none', 0, 0, '', null];
const PASSED: GradebookCell = [100, 'passed', 1, 0, '', null];
const FAILED: GradebookCell = [40, 'not-passed', 3, 10, 'e', null];

function book(...rows: readonly [name: string, cell: GradebookCell, total: number | null][]): Gradebook {
  return {
    course: { id: 'c', title: 'C', timeZone: 'UTC' },
    assignments: [{ id: 'port-bind', title: 'Port', weight: 1, dueAt: null, attemptLimit: null }],
    learners: rows.map(([name, cell, total], index) => ({
      id: `id-${name}`,
      name,
      email: `${name.toLowerCase()}@example.edu`,
      externalId: `100${index}`,
      total,
      cells: [cell],
    })),
    asOf: '2026-11-25T00:00:00.000Z',
  };
}

function names(gradebook: Gradebook, view: Partial<View>): string[] {
  return rowsOf(gradebook, { ...VIEW, ...view }).map((learner) => learner.name);
}

describe('the rows of the gradebook', () => {
  const three = book(['Zoë', PASSED, 100], ['ada', FAILED, 40], ['Mia', NONE, null]);

  it('stand by name without regard to case or accents', () => {
    expect(names(three, {})).toEqual(['ada', 'Mia', 'Zoë']);
  });

  it('keep learners without a score last, whichever way they are sorted', () => {
    expect(names(three, { sort: 'total' })).toEqual(['ada', 'Zoë', 'Mia']);
    expect(names(three, { sort: 0, descending: true })).toEqual(['Zoë', 'ada', 'Mia']);
  });

  it('are found by name, address or number, every word of the search', () => {
    expect(names(three, { search: 'EXAMPLE.EDU 1001' })).toEqual(['ada']);
    expect(names(three, { search: 'ada nobody' })).toEqual([]);
  });

  it('are filtered by where a learner stands', () => {
    expect(names(three, { filter: 'missing' })).toEqual(['Mia']);
    expect(names(three, { filter: 'failing' })).toEqual(['ada']);
    expect(names(three, { filter: 'done' })).toEqual(['Zoë']);
    expect(names(three, { filter: 'exceptions' })).toEqual(['ada']);
    expect(names(three, { filter: 'live' })).toEqual([]);
  });

  it('take a changed cell in, and leave a change of nobody alone', () => {
    const changed = withChange(three, {
      person: 'id-Mia',
      assignment: 'port-bind',
      cell: PASSED,
      total: 100,
    });

    expect(names(changed, { filter: 'done' })).toEqual(['Mia', 'Zoë']);
    expect(withChange(three, { person: 'id-Mia', assignment: 'other', cell: PASSED, total: 1 })).toBe(three);
  });
});
