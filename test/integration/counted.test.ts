import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CreatedForge } from '../../src/http/schemas/forge.ts';
import { sendWebhook } from './git/webhook-sender.ts';
import type { Client } from './support/client.ts';
import {
  type CountingProxy,
  countingProxy,
  postgresStatements,
  redisCommands,
} from './support/counting-proxy.ts';
import { redisUrl, serverUrl, sql } from './support/database.ts';
import { COURSE, type Stack, startStack } from './support/stack.ts';
import { waitUntil } from './support/wait-until.ts';

interface Cost {
  readonly statements: number;
  readonly commands: number;
}

/** What goes on besides only adds to a count, so that the least of several is the cost of the thing itself. */
const ROUNDS = 6;

describe('what is asked of Postgres and Redis', () => {
  let postgres: CountingProxy;
  let redis: CountingProxy;
  let stack: Stack;
  let ada: Client;
  let staff: Client;

  beforeAll(async () => {
    postgres = await countingProxy(serverUrl(), postgresStatements);
    redis = await countingProxy(redisUrl(), redisCommands);
    const { pathname } = new URL(redisUrl());
    const environment = {
      REDIS_URL: `redis://${redis.address}${pathname}`,
      SECRETS_KEY: '0123456789abcdef'.repeat(4),
    };
    stack = await startStack({ databaseAt: postgres.address, environment });
    ada = await stack.person('ada', 'learner');
    staff = await stack.person('grace', 'instructor');
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
    await redis[Symbol.asyncDispose]();
  });

  async function leastCost(act: () => Promise<unknown>): Promise<Cost> {
    const costs: Cost[] = [];
    // The first one opens connections and notes that a token was used.
    await act();
    for (let round = 0; round < ROUNDS; round++) {
      const before = { statements: postgres.count(), commands: redis.count() };
      await act();
      costs.push({
        statements: postgres.count() - before.statements,
        commands: redis.count() - before.commands,
      });
    }
    return {
      statements: Math.min(...costs.map(({ statements }) => statements)),
      commands: Math.min(...costs.map(({ commands }) => commands)),
    };
  }

  function expectAtMost(cost: Cost, most: Cost): void {
    expect(cost.statements).toBeGreaterThan(0);
    expect(cost.statements, 'statements').toBeLessThanOrEqual(most.statements);
    expect(cost.commands, 'Redis commands').toBeLessThanOrEqual(most.commands);
  }

  it('to take a submission is a stated number, and no more after 500 others', async () => {
    let number = 0;
    const submit = () => ada.submit(`first-${number++}`);

    const first = await leastCost(submit);
    await submitted(stack, ada.personId, 500);
    const later = await leastCost(submit);

    expectAtMost(first, { statements: 9, commands: 5 });
    expect(later).toEqual(first);
  });

  it('to take what a course submits in the same moment is a small part of that for each', async () => {
    const course = await Promise.all(
      Array.from({ length: 30 }, (_none, index) => stack.person(`crowd-${index}`, 'learner')),
    );
    let number = 0;
    const submitAll = () => Promise.all(course.map((learner) => learner.submit(`crowd-${number++}`)));

    const cost = await leastCost(submitAll);

    expectAtMost(cost, { statements: course.length * 2, commands: course.length * 3 });
  });

  it('to take a webhook is a stated number', async () => {
    const path = `/courses/${COURSE}/forges`;
    const body = { kind: 'gitea', baseUrl: 'https://forge.example.edu' };
    const forge = await staff.ask(CreatedForge, 'POST', path, body);
    const { webhookUrl: url, webhookSecret: secret } = forge;
    const target = { kind: 'gitea', url, secret, repository: 'nobody/s', commit: '1'.repeat(40) } as const;

    const cost = await leastCost(() => sendWebhook(target));

    // Exactly: one that isn’t taken costs less.
    expect(cost).toEqual({ statements: 3, commands: 0 });
  });

  it('to show a submission to its learner is a stated number', async () => {
    const { id } = await ada.submit('own page');

    const cost = await leastCost(() => ada.submission(id));

    expectAtMost(cost, { statements: 8, commands: 1 });
  });

  it('to show the gradebook is a stated number, however many learners there are', async () => {
    const read = () => staff.get(`/courses/${COURSE}/gradebook`);

    const few = await leastCost(read);
    for (let index = 0; index < 10; index++) await stack.person(`more-${index}`, 'learner');
    const more = await leastCost(read);

    expectAtMost(few, { statements: 9, commands: 0 });
    expect(more).toEqual(few);
  });

  it('from claim to verdict is a stated number', async () => {
    const direct = new URL(stack.config.databaseUrl);
    direct.host = new URL(serverUrl()).host;
    let number = 0;
    const submit = () => ada.submit(`fixed ${number++}`);
    const alone = await leastCost(submit);
    await stack.worker({ tickMs: 600_000 });

    const whole = await leastCost(async () => {
      const { id } = await submit();
      await waitUntil('the verdict', async () => {
        const [row] = await sql(direct.toString(), 'SELECT status FROM submission WHERE id = $1', [id]);
        return row?.['status'] === 'done';
      });
    });

    expectAtMost(
      {
        statements: whole.statements - alone.statements,
        commands: whole.commands - alone.commands,
      },
      { statements: 26, commands: 25 },
    );
  });
});

/** Lets a learner have tried that often already. */
async function submitted(stack: Stack, personId: string, count: number): Promise<void> {
  await sql(
    stack.config.databaseUrl,
    `INSERT INTO submission (id, assignment_id, person_id, attempt, digest, source, submitted_at, status, verdict, score)
     SELECT gen_random_uuid(), assignment_id, person_id, attempt + number, digest, 'files', now(), 'done', 'failed', number % 100
     FROM (SELECT * FROM submission WHERE person_id = $1::uuid ORDER BY attempt DESC LIMIT 1) last, generate_series(1, $2::int) number`,
    [personId, count],
  );
}
