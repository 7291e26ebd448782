import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/adapters/postgres/database.ts';
import { askOf, inPlainTransaction } from '../../src/adapters/postgres/statements.ts';
import { type TestDatabase, testDatabase } from './support/database.ts';

describe('a transaction of statements that are sent without a wait for each', () => {
  let database: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    database = await testDatabase();
    db = openDatabase({ url: database.url, connections: 1 });
    await askOf(db)('CREATE TABLE kept (n int)', []);
  });
  afterAll(async () => {
    await db.$disconnect();
    await database[Symbol.asyncDispose]();
  });

  const kept = () => askOf(db)('SELECT n FROM kept ORDER BY n', []);

  it('holds what nobody waited for as well', async () => {
    await inPlainTransaction(db, async (ask) => {
      void ask('INSERT INTO kept VALUES (1)', []);
      return Promise.resolve();
    });
    expect(await kept()).toEqual([{ n: 1 }]);
  });

  it('fails as a whole by a statement that nobody waited for, and by nothing else', async () => {
    // What would end the process is held against the test by its runner.
    const failing = inPlainTransaction(db, async (ask) => {
      await ask('INSERT INTO kept VALUES (2)', []);
      void ask('SELECT 1 / 0', []);
      return Promise.resolve();
    });

    await expect(failing).rejects.toMatchObject({ code: '22012' });
    expect(await kept()).toEqual([{ n: 1 }]);
  });
});
