import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../src/core/refusal.ts';
import { readPeopleTable } from '../../../src/http/people-table.ts';

describe('a table of people', () => {
  it('is read by its header, whatever its order and spelling', () => {
    const table = readPeopleTable('\uFEFFEmail,Name,external_id\r\nADA@x.edu,"Lovelace, Ada",s1\r\n');

    expect(table.problems).toEqual([]);
    expect(table.rows).toEqual([
      { line: 2, member: { name: 'Lovelace, Ada', email: 'ada@x.edu', role: 'learner', externalId: 's1' } },
    ]);
  });

  it('tells the line of each row that can’t be used', () => {
    const table = readPeopleTable(
      'name,email,role\nAda,ada@x.edu,learner\nBob,nowhere,learner\nCleo,c@x.edu,king\n',
    );

    expect(table.rows).toHaveLength(1);
    expect(table.problems.map((problem) => problem.line)).toEqual([3, 4]);
  });

  it('that is no table is refused with the way out', () => {
    expect(() => readPeopleTable('name,email\nAda\n')).toThrow(Refusal);
    expect(() => readPeopleTable('name,email\n"Ada')).toThrow(Refusal);
  });

  it('is read or refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        try {
          readPeopleTable(`name,email\n${text}`);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 200 },
    );
  });
});
