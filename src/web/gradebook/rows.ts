import type { Gradebook, GradebookChange } from '../../http/schemas/gradebook.ts';

export type Learner = Gradebook['learners'][number];

/** By what the rows are ordered: a name, the total, or the score in the assignment at an index. */
export type SortKey = 'name' | 'total' | number;

export interface View {
  readonly search: string;
  readonly filter: Filter;
  readonly sort: SortKey;
  readonly descending: boolean;
}

export const FILTERS = [
  { value: 'all', label: 'all learners' },
  { value: 'missing', label: 'something not submitted' },
  { value: 'failing', label: 'something not passed' },
  { value: 'done', label: 'everything passed' },
  { value: 'live', label: 'being graded now' },
  { value: 'exceptions', label: 'extension or override' },
] as const;
export type Filter = (typeof FILTERS)[number]['value'];

const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

/** The rows that a view shows, in its order. Learners without a score stand last either way. */
export function rowsOf(book: Gradebook, view: View): Learner[] {
  const words = view.search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const rows = book.learners.filter((learner) => matches(learner, words) && passes(learner, view.filter));
  const direction = view.descending ? -1 : 1;
  return rows.sort((a, b) => compare(a, b, view.sort, direction) || collator.compare(a.name, b.name));
}

/** The gradebook with one cell as an event tells it; the same where nobody in it is meant. */
export function withChange(book: Gradebook, change: GradebookChange): Gradebook {
  const column = book.assignments.findIndex((assignment) => assignment.id === change.assignment);
  if (column < 0) return book;
  const learners = book.learners.map((learner) =>
    learner.id === change.person
      ? { ...learner, total: change.total, cells: learner.cells.with(column, change.cell) }
      : learner,
  );
  return { ...book, learners };
}

function matches(learner: Learner, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = `${learner.name} ${learner.email} ${learner.externalId ?? ''}`.toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}

function passes(learner: Learner, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'missing':
      return learner.cells.some(([, status]) => status === 'none');
    case 'failing':
      return learner.cells.some(([, status]) => status === 'not-passed');
    case 'done':
      return learner.cells.length > 0 && learner.cells.every(([, status]) => status === 'passed');
    case 'live':
      return learner.cells.some(([, status]) => status === 'queued' || status === 'running');
    case 'exceptions':
      return learner.cells.some((cell) => cell[4] !== '');
  }
}

function compare(a: Learner, b: Learner, key: SortKey, direction: number): number {
  if (key === 'name') return direction * collator.compare(a.name, b.name);
  const left = key === 'total' ? a.total : (a.cells[key]?.[0] ?? null);
  const right = key === 'total' ? b.total : (b.cells[key]?.[0] ?? null);
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  return direction * (left - right);
}
