import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { secretBox } from '../../../src/adapters/git/secret-box.ts';
import { applyMigrations } from '../../../src/adapters/postgres/migrate.ts';
import { openForgeSecret } from '../../../src/app/forge-secrets.ts';
import { startApi } from '../../../src/compose-api.ts';
import { startWorker } from '../../../src/compose-worker.ts';
import { loadConfig } from '../../../src/config.ts';
import { CreatedForge } from '../../../src/http/schemas/forge.ts';
import { Gradebook } from '../../../src/http/schemas/gradebook.ts';
import { remoteUrl, WorkingCopy } from '../git/git-client.ts';
import { Client } from '../support/client.ts';
import { redisUrl, serverUrl, sql } from '../support/database.ts';
import { FakeGrader } from '../support/fake-grader.ts';
import { fakeScenario } from '../support/fake-scenario.ts';
import { startStack, TestClock } from '../support/stack.ts';

const run = promisify(execFile);
const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
const KEY = '5a'.repeat(32);

/** What is remembered of the service that was lost. */
interface Before {
  readonly backup: string;
  readonly ada: Client;
  readonly teacher: Client;
  readonly graded: string;
  readonly waiting: string;
  readonly commit: string;
  readonly webhookSecret: string;
  readonly gradebook: z.output<typeof Gradebook>;
}

describe('a backup by deploy/backup.sh', () => {
  let folder: string;
  let before: Before;
  const databases: string[] = [];

  beforeAll(async () => {
    await needPrograms();
    folder = await mkdtemp(join(tmpdir(), 'labgrader-backup-'));
    before = await makeAndLose(folder);
  }, 120_000);
  afterAll(async () => {
    for (const name of databases) await sql(serverUrl(), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await rm(folder, { recursive: true, force: true });
  });

  async function emptyDatabase(): Promise<string> {
    const name = `labgrader_test_${randomBytes(6).toString('hex')}`;
    databases.push(name);
    await sql(serverUrl(), `CREATE DATABASE ${name}`);
    const url = new URL(serverUrl());
    url.pathname = `/${name}`;
    return url.toString();
  }

  it('brings everything back into another place, with a Redis that never heard of it', async () => {
    const databaseUrl = await emptyDatabase();
    const gitFolder = join(folder, 'restored-git');
    await script('restore.sh', before.backup, databaseUrl, gitFolder);
    // As `migrate` does at each start; a backup of this version needs nothing.
    await applyMigrations(databaseUrl, join(PROJECT, 'prisma/migrations'));
    const config = loadConfig({
      DATABASE_URL: databaseUrl,
      GIT_FOLDER: gitFolder,
      SECRETS_KEY: KEY,
      REDIS_URL: redisUrl(),
      REDIS_PREFIX: `test-${randomBytes(5).toString('hex')}`,
      PORT: '0',
      LOG_LEVEL: 'silent',
      DRAIN_SECONDS: '0',
      LEASE_SECONDS: '2',
    });
    const log = pino({ level: config.logLevel });
    const scenarios = new Map([['port-bind', fakeScenario()]]);
    const clock = new TestClock();
    await using api = await startApi(config, { log, scenarios, clock });
    const ada = new Client(api.url, before.ada.token, before.ada.personId);
    const teacher = new Client(api.url, before.teacher.token);

    const gradebook = await teacher.ask(Gradebook, 'GET', '/courses/docker-101/gradebook');
    expect(gradebook).toEqual({ ...before.gradebook, asOf: gradebook.asOf });
    const graded = await ada.submission(before.graded);
    expect(graded).toMatchObject({ verdict: 'failed', score: 60 });
    expect(graded.report?.checks[0]?.evidence).toHaveLength(1);
    expect((await ada.get(`/submissions/${before.graded}/files`)).text).toContain('half of ada');
    const [forge] = await api.service.forges.list('docker-101');
    expect(forge && openForgeSecret(secretBox(KEY), forge)).toBe(before.webhookSecret);
    expect(() => forge && openForgeSecret(secretBox('00'.repeat(32)), forge)).toThrow();
    await using copy = await WorkingCopy.make();
    await copy.must('pull', '--quiet', remoteUrl(api.url, ada.token), 'main');
    expect((await copy.must('rev-parse', 'HEAD')).out.trim()).toBe(before.commit);

    expect((await ada.submission(before.waiting)).status).toBe('queued');
    const { grade } = new FakeGrader();
    // The bell had been rung at the Redis that is lost: after a while it is rung again.
    clock.set(new Date(Date.now() + 600_000).toISOString());
    await using _worker = await startWorker(config, { log, scenarios, clock, grade, tickMs: 200 });
    expect(await ada.until(before.waiting, 'done')).toMatchObject({ verdict: 'passed', score: 100 });
    const next = await ada.submit('fixed after the restore');
    expect(await ada.until(next.id, 'done')).toMatchObject({ verdict: 'passed', attempt: 4 });
  }, 120_000);

  it('is restored over nothing that is there', async () => {
    const databaseUrl = await emptyDatabase();
    await sql(databaseUrl, 'CREATE TABLE somebody_elses (id int)');

    const refused = await failing(script('restore.sh', before.backup, databaseUrl, join(folder, 'other')));

    expect(refused).toContain("isn't empty");
    expect(await sql(databaseUrl, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).toEqual([
      { tablename: 'somebody_elses' },
    ]);
  });

  it('is taken for none once a byte of it has changed', async () => {
    const databaseUrl = await emptyDatabase();
    const bent = join(folder, 'bent');
    await run('cp', ['-r', before.backup, bent]);
    const dump = await readFile(join(bent, 'database.dump'));
    dump[dump.length >> 1] = (dump[dump.length >> 1] ?? 0) ^ 1;
    await writeFile(join(bent, 'database.dump'), dump);

    const refused = await failing(script('restore.sh', bent, databaseUrl, join(folder, 'bent-git')));

    expect(refused).toContain('nothing was restored');
    expect(await sql(databaseUrl, "SELECT 1 FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
  });

  it('is there as a whole or not at all, and never over another', async () => {
    const nowhere = serverUrl().replace(/\/[^/]*$/, '/labgrader_no_such_database');
    const target = join(folder, 'never');

    expect(await failing(script('backup.sh', target, nowhere, folder))).toContain(
      'labgrader_no_such_database',
    );
    await expect(readFile(join(target, 'SHA256SUMS'))).rejects.toThrow('ENOENT');
    expect(await failing(script('backup.sh', before.backup, nowhere, folder))).toContain('is there already');
  });
});

/** Fills a service, leaves a run waiting, backs it up while it runs, and loses database and folder. */
async function makeAndLose(folder: string): Promise<Before> {
  const gitFolder = join(folder, 'git');
  const environment = { GIT_FOLDER: gitFolder, SECRETS_KEY: KEY };
  await using stack = await startStack({ environment });
  const ada = await stack.person('ada', 'learner');
  const teacher = await stack.person('teacher', 'instructor');
  const worker = await stack.worker();
  const { id: graded } = await ada.submit('half of ada');
  await ada.until(graded, 'done');
  await using copy = await WorkingCopy.make();
  await copy.write('Dockerfile', 'FROM x\nCMD broken by push\n');
  const commit = await copy.commit();
  await copy.must('push', remoteUrl(stack.api.url, ada.token), 'main');
  const wish = { kind: 'gitea', baseUrl: 'https://git.example.edu', credential: 'token-of-the-forge' };
  const { webhookSecret } = await teacher.ask(CreatedForge, 'POST', '/courses/docker-101/forges', wish);
  await worker[Symbol.asyncDispose]();
  const { id: waiting } = await ada.submit('fixed, and waiting');
  const gradebook = await teacher.ask(Gradebook, 'GET', '/courses/docker-101/gradebook');
  const backup = join(folder, 'backup');
  await script('backup.sh', backup, stack.config.databaseUrl, gitFolder);
  await rm(gitFolder, { recursive: true, force: true });
  return { backup, ada, teacher, graded, waiting, commit, webhookSecret, gradebook };
}

async function needPrograms(): Promise<void> {
  for (const program of ['pg_dump', 'pg_restore', 'psql']) {
    await run(program, ['--version']).catch((cause: unknown) => {
      const way =
        'install PostgreSQL’s client programs (Debian: postgresql-client), not older than the server';
      throw new Error(`${program} can’t be run, and a backup is made by it: ${way}`, { cause });
    });
  }
}

/** Runs a script as docs/operate.md says, for a place that is no compose installation. */
async function script(name: string, at: string, databaseUrl: string, gitFolder: string): Promise<void> {
  const env = { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, GIT_FOLDER: gitFolder };
  await run(join(PROJECT, 'deploy', name), [at], { env, timeout: 60_000 });
}

/** What a command wrote that failed, as it should. */
async function failing(command: Promise<unknown>): Promise<string> {
  return command.then(
    () => 'it did not fail',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
