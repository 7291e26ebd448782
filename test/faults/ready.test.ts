import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../integration/support/stack.ts';
import { waitUntil } from '../integration/support/wait-until.ts';
import { PrivateServer } from './support/private-server.ts';
import { took } from './support/took.ts';

describe('/readyz of the API', () => {
  let redis: PrivateServer;
  let postgres: PrivateServer;
  let stack: Stack;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([PrivateServer.redis(), PrivateServer.postgres()]);
    process.env['DATABASE_URL'] = postgres.url;
    process.env['REDIS_URL'] = redis.url;
    stack = await startStack();
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await Promise.all([redis[Symbol.asyncDispose](), postgres[Symbol.asyncDispose]()]);
  });

  /** Its answer once its status is that word. */
  async function answerOf(status: string): Promise<unknown> {
    return waitUntil(
      `readyz says ${status}`,
      async () => {
        const answer = await fetch(`${stack.api.url}/readyz`);
        const body: unknown = await answer.json();
        const code = answer.status;
        return JSON.stringify(body).includes(`"status":"${status}"`) && { code, body };
      },
      60_000,
      200,
    );
  }
  const ready = { code: 200, body: { status: 'ok', postgres: 'up', migrations: 'applied', redis: 'up' } };

  it('says what still goes on while Redis is away, and that all is well once it is back', async () => {
    expect(await answerOf('ok')).toEqual(ready);

    await redis.kill();
    const away = await answerOf('degraded');
    await redis.start();

    // It takes submissions all the same, so nobody may lead people away from it.
    expect(away).toMatchObject({ code: 200, body: { postgres: 'up', redis: 'down' } });
    expect(away).toHaveProperty('body.reason', expect.stringMatching(/^Redis gave no answer/));
    expect(await took('until all is well once Redis is back', () => answerOf('ok'))).toEqual(ready);
  });

  it('says that it is not ready, and why, while Postgres is away, and is ready once it is back', async () => {
    await postgres.kill();
    const away = await answerOf('down');
    await postgres.start();

    expect(away).toMatchObject({ code: 503, body: { postgres: 'down', migrations: 'unknown', redis: 'up' } });
    expect(away).toHaveProperty('body.reason', expect.stringMatching(/^Postgres gave no answer/));
    expect(await took('until all is well once Postgres is back', () => answerOf('ok'))).toEqual(ready);
  });
}, 180_000);
