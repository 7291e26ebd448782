import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDatabaseBusy } from '../../src/adapters/postgres/busy.ts';
import { inTransaction, openDatabase } from '../../src/adapters/postgres/database.ts';
import { askOf } from '../../src/adapters/postgres/statements.ts';
import type { Client } from './support/client.ts';
import { sql } from './support/database.ts';
import { ASSIGNMENT, COURSE, type Stack, startStack } from './support/stack.ts';
import { waitUntil } from './support/wait-until.ts';

const BURST = 40;

describe('a burst of submissions', () => {
  let stack: Stack;
  let learners: Client[];
  beforeAll(async () => {
    stack = await startStack();
    learners = [];
    for (let index = 0; index < BURST; index++)
      learners.push(await stack.person(`learner-${index}`, 'learner'));
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it('that the database cannot take is sent away for a moment, and what was taken is there', async () => {
    const path = `/courses/${COURSE}/assignments/${ASSIGNMENT}/submissions`;
    const holding = await holdSubmissions(stack.config.databaseUrl);
    const burst = learners.map((learner, index) =>
      learner.send('POST', path, { files: { Dockerfile: `FROM x\nCMD ${index}\n` } }),
    );

    // Nobody who submits gets on, and whoever reads is answered all the same.
    const reading = await learners[0]?.get(`/courses/${COURSE}`);
    await Promise.race(burst);
    await holding[Symbol.asyncDispose]();
    const replies = await Promise.all(burst);

    expect(reading?.status).toBe(200);
    const taken = replies.filter(({ status }) => status === 202);
    const sentAway = replies.filter(({ status }) => status === 503);
    expect(taken.length + sentAway.length).toBe(BURST);
    expect(sentAway.length).toBeGreaterThan(0);
    for (const { headers } of sentAway) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    const [stored] = await sql(stack.config.databaseUrl, 'SELECT count(*)::int AS count FROM submission');
    expect(stored).toEqual({ count: taken.length });
  });

  it('is taken though one learner’s standing is being changed; theirs is taken once that is over', async () => {
    const [slow, ...others] = learners;
    const [row] = await sql(stack.config.databaseUrl, 'SELECT id FROM assignment WHERE slug = $1', [
      ASSIGNMENT,
    ]);
    const holding = await holdStanding(stack.config.databaseUrl, String(row?.['id']), slow?.personId ?? '');
    const answered: string[] = [];
    const sends = learners.map(async (learner) => {
      await learner.submit(`${learner.personId} again`);
      answered.push(learner.personId);
    });

    await waitUntil('all others are taken', () => Promise.resolve(answered.length === others.length));
    const taken = [...answered];
    await holding[Symbol.asyncDispose]();
    await Promise.all(sends);

    expect(taken).not.toContain(slow?.personId);
    expect(answered.at(-1)).toBe(slow?.personId);
    const attempts = await sql(
      stack.config.databaseUrl,
      `SELECT person_id FROM submission JOIN run ON run.submission_id = submission.id
       WHERE run.state = 'queued' GROUP BY person_id HAVING count(*) = 1`,
    );
    expect(attempts).toHaveLength(BURST);
  });

  it('by readers alone is sent away for a moment too', async () => {
    const holding = await holdSubmissions(stack.config.databaseUrl);
    const path = `/courses/${COURSE}/assignments/${ASSIGNMENT}/submissions`;

    const burst = learners.map((learner) => learner.get(path));
    await Promise.race(burst);
    await holding[Symbol.asyncDispose]();
    const statuses = (await Promise.all(burst)).map(({ status }) => status);

    expect(statuses.every((status) => status === 200 || status === 503)).toBe(true);
    expect(statuses).toContain(503);
  });
});

it('a database that is away is one to be asked again in a moment, whoever asks it', async () => {
  const db = openDatabase({ url: 'postgresql://nobody@127.0.0.1:1/none', connections: 1 });
  try {
    const byHand = await askOf(db)('SELECT 1', []).catch((error: unknown) => error);
    const byBuilder = await db.person.count().catch((error: unknown) => error);
    const begun = await inTransaction(db, (tx) => tx.person.count()).catch((error: unknown) => error);

    expect([byHand, byBuilder, begun].map(isDatabaseBusy)).toEqual([true, true, true]);
    expect(isDatabaseBusy(new TypeError('a bug'))).toBe(false);
  } finally {
    await db.$disconnect();
  }
});

/** Is at one learner's standing until it is disposed of, as whoever changes it. */
async function holdStanding(url: string, assignmentId: string, personId: string): Promise<AsyncDisposable> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 1))', [
    `${assignmentId}/${personId}`,
  ]);
  return {
    async [Symbol.asyncDispose]() {
      await client.end();
    },
  };
}

/** Lets nobody at the submissions until it is disposed of. */
async function holdSubmissions(url: string): Promise<AsyncDisposable> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE submission IN ACCESS EXCLUSIVE MODE');
  return {
    async [Symbol.asyncDispose]() {
      await client.end();
    },
  };
}
