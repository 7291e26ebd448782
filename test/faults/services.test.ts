import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../integration/support/database.ts';
import type { Client } from '../integration/support/client.ts';
import { type Stack, startStack } from '../integration/support/stack.ts';
import { waitUntil } from '../integration/support/wait-until.ts';
import { FakeGrader } from '../integration/support/fake-grader.ts';
import { textOf } from '../../src/core/file-set.ts';
import type { Grader } from '../../src/app/ports/grader.ts';
import { expectGradedOnce } from './support/aftermath.ts';
import { PrivateServer } from './support/private-server.ts';
import { took } from './support/took.ts';

describe('Redis and Postgres can die, and', () => {
  let redis: PrivateServer;
  let postgres: PrivateServer;
  let stack: Stack;
  /** Grades what is `held`, and lets it wait for itself. */
  const held = new FakeGrader();
  let people = 0;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([PrivateServer.redis(), PrivateServer.postgres()]);
    process.env['DATABASE_URL'] = postgres.url;
    process.env['REDIS_URL'] = redis.url;
    stack = await startStack();
    const grade: Grader = (job, ...rest) =>
      (textOf(job.files, 'Dockerfile')?.includes('held') ? held : stack.grader).grade(job, ...rest);
    await stack.worker({ ringAgainMs: 1_000, grade });
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await Promise.all([redis[Symbol.asyncDispose](), postgres[Symbol.asyncDispose]()]);
  });

  async function learners(count: number): Promise<Client[]> {
    const made: Client[] = [];
    while (made.length < count) {
      people += 1;
      made.push(await stack.person(`fault-${people}`, 'learner'));
    }
    return made;
  }

  async function expectGraded(sent: readonly { client: Client; id: string }[]): Promise<void> {
    for (const { client, id } of sent) {
      const submission = await client.until(id, 'done', 90_000);
      expect(submission).toMatchObject({ verdict: 'passed', score: 100, attempt: 1 });
    }
    await expectGradedOnce(stack.config.databaseUrl, sent);
  }

  it('row 49: what is handed in while Redis is away, and was forgotten by it, is graded once it is back', async () => {
    const [before, during] = await learners(2);
    if (!before || !during) throw new Error('no learners');
    const { id } = await before.submit('slow fixed');
    await before.until(id, 'running');
    await redis.kill();
    const late = await during.submit('fixed');
    stack.grader.release();
    await redis.start();

    const sent = [
      { client: before, id },
      { client: during, id: late.id },
    ];
    await took('until all is graded once Redis is back', () => expectGraded(sent));
  });

  it('row 49: what waits is rung for again when the data of Redis was wiped', async () => {
    const clients = await learners(5);
    const sent = await Promise.all(
      clients.map(async (client) => ({ client, id: (await client.submit('fixed')).id })),
    );
    await redis.kill();
    await redis.start();

    await took('until all is graded that Redis has forgotten', () => expectGraded(sent));
  });

  it('row 49: a Postgres that is away for half a minute loses nothing, and nothing is graded twice', async () => {
    const [first, ...others] = await learners(5);
    if (!first) throw new Error('no learners');
    const { id } = await first.submit('slow held fixed');
    await first.until(id, 'running');
    const waiting = await Promise.all(
      others.map(async (client) => ({ client, id: (await client.submit('fixed')).id })),
    );
    const sent = [{ client: first, id }, ...waiting];
    await postgres.kill();
    const refused = await first.get('/me').catch(() => undefined);
    // Many leases long.
    await new Promise((resolve) => setTimeout(resolve, 30_000));
    held.release();
    await postgres.start();
    await waitUntil(
      'the API answers again',
      async () => (await first.get('/me').catch(() => undefined))?.status === 200,
      60_000,
      200,
    );

    expect(refused?.status ?? 503).toBeGreaterThanOrEqual(500);
    await took('until all is graded once Postgres is back', () => expectGraded(sent));
    const [row] = await sql(stack.config.databaseUrl, 'SELECT count(*)::int AS n FROM run');
    expect(row?.['n']).toBe(people);
  });
});
