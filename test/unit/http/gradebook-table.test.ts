import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { GradebookRecord } from '../../../src/app/read-gradebook.ts';
import { gradebookTable } from '../../../src/http/gradebook-table.ts';
import { rules } from '../course/rules.ts';

const ASSIGNMENT = {
  id: 'a',
  courseId: 'docker-101',
  courseTitle: 'Docker',
  slug: 'port-bind',
  title: 'Nobody answers',
  scenario: 'port-bind',
  position: 1,
  weight: 1,
  published: true,
  rules: rules(),
};
const CELL = {
  personId: 'p',
  assignmentId: 'a',
  score: 87.5,
  status: 'not-passed',
  attemptsUsed: 1,
  latePercent: 0,
  flags: '',
  countingSubmission: null,
  closesAt: null,
} as const;

function gradebook(name: string): GradebookRecord {
  const learner = { id: 'p', name, email: 'ada@x.edu', externalId: 's1' };
  return {
    course: { id: 'docker-101', title: 'Docker', timeZone: 'UTC' },
    assignments: [ASSIGNMENT],
    rows: [
      { learner, total: 87.5, cells: [CELL] },
      { learner: { ...learner, name: 'Nobody yet', externalId: null }, total: null, cells: [null] },
    ],
    asOf: new Date(0),
  };
}

describe('a gradebook as a table', () => {
  it('has the columns by which Canvas finds a person again, and its row of possible points', () => {
    const rows: string[][] = parse(gradebookTable(gradebook('Ada'), 'canvas'));

    expect(rows[0]).toEqual(['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section', 'Nobody answers']);
    expect(rows[1]?.at(-1)).toBe('100');
    expect(rows[2]).toEqual(['Ada', '', 's1', 'ada@x.edu', 'docker-101', '87.5']);
  });

  it('leaves empty for Moodle what has no score, which it then leaves alone', () => {
    const rows: string[][] = parse(gradebookTable(gradebook('Ada'), 'moodle'));

    expect(rows[1]).toEqual(['Ada', 'ada@x.edu', 's1', '87.5']);
    expect(rows[2]?.at(-1)).toBe('');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('escapes the name %j', (name) => {
    const rows: string[][] = parse(gradebookTable(gradebook(name), 'plain'), { bom: true });

    expect(rows[1]?.[0]).toBe(`'${name}`);
  });
});
