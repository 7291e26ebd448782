import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openService } from '../../../src/machine/guarded-service.ts';
import { readIdentity } from '../../../src/machine/live-process.ts';
import { findPostgres } from '../../../src/machine/services/find-postgres.ts';
import { findRedis } from '../../../src/machine/services/find-redis.ts';
import { privateRedis, redisAnswers } from '../../../src/machine/services/private-redis.ts';

const signal = AbortSignal.timeout(110_000);
const noEngine = Promise.reject(new Error('no engine is needed here'));
noEngine.catch(() => undefined);
const path = process.env['PATH'] ?? '';

describe('a private PostgreSQL', () => {
  let folder = '';
  beforeEach(async () => {
    // Its server runs as another user than root, who must be able to walk here.
    folder = await mkdtemp('/tmp/labgrader-services-');
    await chmod(folder, 0o755);
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('keeps its data over a kill of server and guard', async () => {
    const options = { env: {}, path, folder, purpose: 'serve' } as const;
    const first = await findPostgres(options, noEngine, () => undefined, signal);
    await query(first.url, 'create table kept as select 42 as answer');
    const home = join(folder, 'postgres');
    for (const name of ['guard', 'child'])
      process.kill((await readIdentity(join(home, name)))?.pid ?? 0, 'SIGKILL');
    await sleep(300);

    await using second = await findPostgres(options, noEngine, () => undefined, signal);

    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('refuses who does not know the password', async () => {
    const options = { env: {}, path, folder, purpose: 'test' } as const;
    await using service = await findPostgres(options, noEngine, () => undefined, signal);
    const address = new URL(service.url);
    address.password = 'guessed';

    await expect(query(address.href, 'select 1')).rejects.toThrow(/password/);
  });
});

describe('a private Redis', () => {
  it('is found at the address that was given, and left running', async () => {
    const folder = await mkdtemp('/tmp/labgrader-services-');
    await using running = await openService(
      privateRedis('redis-server', join(folder, 'redis'), false),
      signal,
    );
    const options = { env: { REDIS_URL: running.url }, path, folder, purpose: 'serve' } as const;
    const found = await findRedis(options, noEngine, () => undefined, signal);

    await found[Symbol.asyncDispose]();

    expect(found.url).toBe(running.url);
    expect(await redisAnswers(running.url)).toBe(true);
  });

  it('is a problem of the setup when nobody answers at the address that was given', async () => {
    const options = {
      env: { REDIS_URL: 'redis://127.0.0.1:1' },
      path,
      folder: '/nowhere',
      purpose: 'serve',
    } as const;

    await expect(findRedis(options, noEngine, () => undefined, signal)).rejects.toThrow(
      /REDIS_URL=.*unset REDIS_URL/,
    );
  });
});

async function query(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
