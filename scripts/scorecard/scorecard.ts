import type { AttackRow } from './attack-rows.ts';

/** A test as its last run left it. */
export interface TestResult {
  /** From the project's root. */
  readonly file: string;
  readonly title: string;
  readonly passed: boolean;
}

/** The rows that a title names at its beginning or after its group: `row 3: …`, `rows 42, 43: …`. */
export function rowsNamedIn(title: string): readonly number[] {
  const match = /\brows? ((?:\d+, )*\d+):/.exec(title);
  return match?.[1]?.split(', ').map(Number) ?? [];
}

/** The tests that show a row. */
export function testsOf(row: AttackRow, tests: readonly TestResult[]): readonly TestResult[] {
  const elsewhere = row.elsewhere ?? [];
  return tests.filter(
    ({ file, title }) =>
      rowsNamedIn(title).includes(row.row) ||
      elsewhere.some((place) => place.file === file && title.includes(place.title)),
  );
}

/** Rows that nothing shows and nothing excuses, and rows that tests name and nobody has written down. */
export function disagreements(rows: readonly AttackRow[], tests: readonly TestResult[]): readonly string[] {
  const known = new Set(rows.map(({ row }) => row));
  const bare = rows.filter((row) => row.notShown === undefined && testsOf(row, tests).length === 0);
  const strange = tests.flatMap(({ title }) => rowsNamedIn(title).filter((row) => !known.has(row)));
  return [
    ...bare.map(({ row, attack }) => `row ${row} (${attack}) has no test and no reason`),
    ...[...new Set(strange)].map((row) => `row ${row} is named by a test and stands in no table`),
  ];
}

/** The scorecard as Markdown: each row with its tests and what came of them when they last ran. */
export function scorecard(rows: readonly AttackRow[], tests: readonly TestResult[], on: Date): string {
  const areas = [...new Set(rows.map(({ area }) => area))];
  const shown = rows.map((row) => testsOf(row, tests));
  const counted = new Set(shown.flat());
  const failed = [...counted].filter(({ passed }) => !passed).length;
  const rowsWithTests = shown.filter((each) => each.length > 0).length;
  return [
    '# Attack scorecard',
    '',
    `Written by \`npm run scorecard\` from the last results of the tests, on ${on.toISOString().slice(0, 10)}.`,
    'What is promised, and what isn’t: [security.md](security.md).',
    '',
    `**${counted.size - failed} passed, ${failed} failed**; ${rowsWithTests} of ${rows.length} rows are shown by tests.`,
    ...areas.flatMap((area) => [
      '',
      `## ${area}`,
      '',
      '| row | attack | must lead to | last result | shown by |',
      '|---|---|---|---|---|',
      ...rows
        .filter((row) => row.area === area)
        .map((row) => lineOf(row, testsOf(row, tests)))
        .map((cells) => `| ${cells.map(cellOf).join(' | ')} |`),
    ]),
    '',
  ].join('\n');
}

const MOST_TITLES = 4;
const MOST_TITLE_CHARACTERS = 110;

function lineOf(row: AttackRow, tests: readonly TestResult[]): readonly string[] {
  const passed = tests.filter((test) => test.passed).length;
  const result =
    tests.length === 0
      ? '–'
      : passed === tests.length
        ? `${passed} passed`
        : `**${tests.length - passed} failed**`;
  const titles = tests.slice(0, MOST_TITLES).map(({ title }) => clip(title));
  const more = tests.length > MOST_TITLES ? [`and ${tests.length - MOST_TITLES} more`] : [];
  const not = row.notShown === undefined ? [] : [`*not shown:* ${row.notShown}`];
  return [String(row.row), row.attack, row.leadsTo, result, [...titles, ...more, ...not].join('; ')];
}

function clip(title: string): string {
  return title.length <= MOST_TITLE_CHARACTERS ? title : `${title.slice(0, MOST_TITLE_CHARACTERS - 1)}…`;
}

/** A title may hold whatever an attack does. */
function cellOf(text: string): string {
  return text.replace(/[\u0000-\u001f]+/g, ' ').replace(/[\\|<>`]/g, (character) => `\\${character}`);
}
