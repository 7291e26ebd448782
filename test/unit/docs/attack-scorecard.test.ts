import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ATTACK_ROWS } from '../../../scripts/scorecard/attack-rows.ts';
import {
  type TestResult,
  disagreements,
  rowsNamedIn,
  scorecard,
  testsOf,
} from '../../../scripts/scorecard/scorecard.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/** What the sources call their tests, as far as titles stand there as text. */
async function titlesInSources(): Promise<TestResult[]> {
  const found: TestResult[] = [];
  for (const folder of ['test/attacks', 'test/faults']) {
    for (const name of await readdir(join(PROJECT, folder))) {
      if (!name.endsWith('.test.ts')) continue;
      const file = `${folder}/${name}`;
      const text = await readFile(join(PROJECT, file), 'utf8');
      const quoted = [...text.matchAll(/\brows? (?:\d+, )*\d+: [^'`\n]*/g)].map(([title]) => title);
      // The table of compose files names its rows in a column.
      const inTables = [...text.matchAll(/^ {2}\[\s*(\d+),\s*'([^']*)/gm)].map(
        ([, row = '', title = '']) => `row ${row}: ${title}`,
      );
      for (const title of [...quoted, ...inTables]) found.push({ file, title, passed: true });
    }
  }
  return found;
}

describe('the table of attacks', () => {
  it('has every row once, and each is shown by a test or says why not', async () => {
    const elsewhere = ATTACK_ROWS.flatMap((row) => row.elsewhere ?? []);
    const tests = [
      ...(await titlesInSources()),
      ...elsewhere.map(({ file, title }) => ({ file, title, passed: true })),
    ];

    expect(ATTACK_ROWS.map(({ row }) => row)).toEqual(Array.from({ length: 57 }, (_, index) => index + 1));
    expect(disagreements(ATTACK_ROWS, tests)).toEqual([]);
  });

  it('names tests of other places as they are', async () => {
    for (const { file, title } of ATTACK_ROWS.flatMap((row) => row.elsewhere ?? [])) {
      expect(await readFile(join(PROJECT, file), 'utf8'), file).toContain(title);
    }
  });
});

describe('the scorecard', () => {
  const row = { row: 3, area: 'Intake', attack: 'a | bomb', leadsTo: 'refused' };
  const passed = { file: 'a.test.ts', title: 'an upload rows 3, 4: <script>', passed: true };

  it('reads the rows of a title', () => {
    expect(rowsNamedIn('a run rows 42, 43: the machine')).toEqual([42, 43]);
    expect(rowsNamedIn('rows of a table')).toEqual([]);
  });

  it('counts what passed and what failed, and tells what a title holds as text', () => {
    const failed = { ...passed, title: 'row 3: again', passed: false };
    const text = scorecard([row], [passed, failed], new Date('2026-01-02T00:00:00Z'));

    expect(testsOf(row, [passed, failed])).toHaveLength(2);
    expect(text).toContain('**1 passed, 1 failed**; 1 of 1 rows are shown by tests.');
    expect(text).toContain(
      '| 3 | a \\| bomb | refused | **1 failed** | an upload rows 3, 4: \\<script\\>; row 3: again |',
    );
  });

  it('tells rows that nothing shows, and rows that nobody has written down', () => {
    expect(disagreements([row], [])).toHaveLength(1);
    expect(disagreements([{ ...row, notShown: 'two machines' }], [])).toEqual([]);
    expect(disagreements([row], [passed])).toEqual(['row 4 is named by a test and stands in no table']);
  });
});
