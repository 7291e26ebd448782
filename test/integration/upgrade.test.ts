import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { startApi } from '../../src/compose-api.ts';
import { startWorker } from '../../src/compose-worker.ts';
import { loadConfig } from '../../src/config.ts';
import { Client } from './support/client.ts';
import { redisUrl, sql, testDatabase } from './support/database.ts';
import { FakeGrader } from './support/fake-grader.ts';
import { fakeScenario } from './support/fake-scenario.ts';
import { type OldRun, migrateToFirst, writeFirstRows } from './support/first-version.ts';

const MIGRATE = fileURLToPath(new URL('../../src/migrate.ts', import.meta.url));
const RUNS: readonly OldRun[] = [
  { learner: 'waits', word: 'fixed', state: 'queued', rung: false },
  { learner: 'waits-in-the-queue', word: 'half', state: 'queued', rung: true },
  { learner: 'was-being-graded', word: 'fixed', state: 'running', rung: true },
  { learner: 'has-a-verdict', word: 'broken by now', state: 'done', rung: true },
];

/** The program that the service `migrate` of docker-compose.yml runs. */
async function migrate(url: string): Promise<string> {
  const options = { env: { ...process.env, DATABASE_URL: url }, timeout: 60_000 };
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', MIGRATE], options);
  return stdout;
}

it('what waited at the first version is graded by this one, once its database is brought up to date', async () => {
  await using database = await testDatabase();
  const { url } = database;
  await sql(url, 'DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await migrateToFirst(url);
  const old = await writeFirstRows(url, RUNS);
  const config = loadConfig({
    DATABASE_URL: url,
    REDIS_URL: redisUrl(),
    REDIS_PREFIX: `test-${randomBytes(5).toString('hex')}`,
    PORT: '0',
    LOG_LEVEL: 'silent',
    DRAIN_SECONDS: '0',
    LEASE_SECONDS: '2',
  });
  const log = pino({ level: config.logLevel });
  const scenarios = new Map([['port-bind', fakeScenario()]]);
  await using api = await startApi(config, { log, scenarios });
  const ready = async (): Promise<unknown> => {
    const answer = await fetch(`${api.url}/readyz`);
    return { code: answer.status, body: await answer.json() };
  };

  const before = await ready();
  const said = await migrate(url);
  const after = await ready();
  const grader = new FakeGrader();
  await using _worker = await startWorker(config, { log, scenarios, grade: grader.grade, tickMs: 200 });
  const ended: Record<string, unknown> = {};
  for (const [learner, { id, token }] of old) {
    const { verdict, score, attempt } = await new Client(api.url, token).until(id, 'done');
    ended[learner] = { verdict, score, attempt };
  }

  expect(before).toMatchObject({
    code: 503,
    body: { status: 'down', postgres: 'up', migrations: 'pending' },
  });
  expect(before).toHaveProperty('body.reason', expect.stringContaining('older than this version'));
  expect(said).toMatch(/^Applied \d+_forges, .*\.\n$/);
  expect(after).toMatchObject({ code: 200, body: { status: 'ok', migrations: 'applied' } });
  expect(ended).toEqual({
    waits: { verdict: 'passed', score: 100, attempt: 1 },
    'waits-in-the-queue': { verdict: 'failed', score: 60, attempt: 1 },
    'was-being-graded': { verdict: 'passed', score: 100, attempt: 1 },
    'has-a-verdict': { verdict: 'passed', score: 100, attempt: 1 },
  });
  const graded = ['waits', 'waits-in-the-queue', 'was-being-graded'].map((name) => old.get(name)?.runId);
  expect([...grader.graded].sort()).toEqual([...graded].sort());
  expect(await migrate(url)).toBe('The database is up to date.\n');
}, 180_000);
