import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApi } from '../../../src/compose-api.ts';
import { SubmissionPage } from '../../../src/http/schemas/submission.ts';
import { startProcess } from '../../faults/support/processes.ts';
import type { Client } from '../support/client.ts';
import { sql } from '../support/database.ts';
import { fakeScenario } from '../support/fake-scenario.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { waitUntil } from '../support/wait-until.ts';
import { remoteUrl, WorkingCopy } from './git-client.ts';

const SUBMISSIONS = '/courses/docker-101/assignments/port-bind/submissions';
const LONG_MS = 60_000;

describe('a push whose server is killed', () => {
  let stack: Stack;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'labgrader-killed-'));
    // The stack's own server looks after another folder: it finds nothing of these pushes.
    stack = await startStack({ environment: { GIT_FOLDER: join(folder, 'other') } });
  });
  afterEach(async () => {
    await stack[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** A server over the same database, which keeps its repositories in the folder of this test. */
  function startServer() {
    const config = { ...stack.config, git: { ...stack.config.git, folder } };
    const scenarios = new Map([['port-bind', fakeScenario()]]);
    return startApi(config, { log: pino({ level: 'silent' }), scenarios });
  }

  async function submissionsOf(client: Client) {
    return (await client.ask(SubmissionPage, 'GET', SUBMISSIONS)).submissions;
  }

  async function pending(): Promise<number> {
    return (await sql(stack.config.databaseUrl, 'SELECT 1 FROM pending_push')).length;
  }

  /** The commit that main is at in the only repository there is; null as long as there is none. */
  async function keptCommit(copy: WorkingCopy): Promise<string | null> {
    const [assignment] = await readdir(join(folder, 'repositories')).catch(() => []);
    if (assignment === undefined) return null;
    const [repository = ''] = await readdir(join(folder, 'repositories', assignment));
    const path = join(folder, 'repositories', assignment, repository);
    const asked = await copy.git(['--git-dir', path, 'rev-parse', '--verify', '--quiet', 'refs/heads/main']);
    return asked.code === 0 ? asked.out.trim() : null;
  }

  it('between git’s update and the submission is submitted by whoever starts next, once', async () => {
    const ada = await stack.person('ada-killed', 'learner');
    await using copy = await WorkingCopy.make();
    await copy.write('Dockerfile', 'FROM x\nCMD fixed\n');
    const commit = await copy.commit();
    await using doomed = await startProcess(
      'src/server.ts',
      stack.config,
      { GIT_FOLDER: folder, PORT: '0', LOG_LEVEL: 'info' },
      (output) => output.includes('listening'),
    );
    const url = /"url":"(http:[^"]+)"/.exec(doomed.output())?.[1] ?? '';
    const holder = new pg.Client({ connectionString: stack.config.databaseUrl });
    await holder.connect();
    // No files can be stored, so no submission be made, while git goes its way.
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE file_tree IN EXCLUSIVE MODE');

    const push = copy.git(['push', remoteUrl(url, ada.token), 'main']);
    await waitUntil('kept by git', async () => (await keptCommit(copy)) === commit, LONG_MS);
    doomed.signal('SIGKILL');
    await doomed.ended();
    await holder.end();
    await push;
    const before = await submissionsOf(ada);
    const servers = await Promise.all([startServer(), startServer()]);
    const settled = await waitUntil('submitted', async () => (await pending()) === 0, LONG_MS).finally(
      async () => {
        await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
      },
    );

    expect(settled).toBe(true);
    expect(before).toEqual([]);
    expect(await submissionsOf(ada)).toMatchObject([{ source: 'git', attempt: 1, status: 'queued' }]);
  }, 180_000);

  it('before git kept it is submitted by nobody', async () => {
    const ada = await stack.person('ada-unkept', 'learner');
    const [assignment] = await sql(stack.config.databaseUrl, 'SELECT id FROM assignment');
    const long = new Date(Date.now() - 3_600_000);
    await sql(
      stack.config.databaseUrl,
      'INSERT INTO pending_push (id, assignment_id, person_id, commit, probe, taken_at) VALUES ($1, $2, $3, $4, false, $5)',
      [randomUUID(), assignment?.['id'], ada.personId, 'a'.repeat(40), long],
    );

    await using server = await startServer();
    await waitUntil('forgotten', async () => (await pending()) === 0, LONG_MS);

    expect(server.url).toContain('http');
    expect(await submissionsOf(ada)).toEqual([]);
  }, 120_000);
});
