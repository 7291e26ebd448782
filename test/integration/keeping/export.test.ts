import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CreatedToken } from '../../../src/http/schemas/session.ts';
import { remoteUrl, WorkingCopy } from '../git/git-client.ts';
import type { Client } from '../support/client.ts';
import { sql } from '../support/database.ts';
import { type Stack, startStack } from '../support/stack.ts';

const run = promisify(execFile);
const Run = z.object({
  report: z.object({ checks: z.array(z.object({ evidence: z.array(z.unknown()) })) }).nullable(),
  feedback: z.string(),
});

describe('the archive of what is held about a person', () => {
  let stack: Stack;
  let folder: string;
  let ada: Client;
  let teacher: Client;
  let secret: string;
  let submission: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'labgrader-export-'));
    stack = await startStack({ environment: { GIT_FOLDER: join(folder, 'git') } });
    await stack.worker();
    ada = await stack.person('ada', 'learner');
    teacher = await stack.person('teacher', 'instructor');
    const eve = await stack.person('eve', 'learner');
    const wish = { label: 'laptop', scopes: ['read', 'submit'], expiresInDays: 9 };
    ({ secret } = await ada.ask(CreatedToken, 'POST', '/tokens', wish));
    ({ id: submission } = await ada.submit('half of ada'));
    await ada.until(submission, 'done');
    await eve.until((await eve.submit('half of eve')).id, 'done');
    await using copy = await WorkingCopy.make();
    await copy.write('Dockerfile', 'FROM x\nCMD fixed by push\n');
    await copy.commit();
    await copy.must('push', remoteUrl(stack.api.url, ada.token), 'main');
    const at = '/courses/docker-101/assignments/port-bind';
    const later = { dueAt: null, closesAt: null, extraAttempts: 2, reason: 'was ill for a week' };
    expect((await teacher.send('PUT', `${at}/extensions/${ada.personId}`, later)).status).toBe(200);
    const shown = { score: 77, reason: 'shown in the lab hour' };
    expect((await teacher.send('PUT', `${at}/overrides/${ada.personId}`, shown)).status).toBe(200);
    const member = { name: 'Bob', email: 'bob@example.edu', role: 'learner' };
    await teacher.send('POST', '/courses/docker-101/people', member);
  }, 120_000);
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** Fetches the archive and unpacks it with tar itself; gives its files by their paths. */
  async function archiveOf(who: Client, personId: string): Promise<{ at: string; paths: string[] }> {
    const response = await fetch(`${stack.api.url}/api/v1/people/${personId}/data`, {
      headers: { authorization: `Bearer ${who.token ?? ''}` },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/gzip');
    const at = await mkdtemp(join(folder, 'got-'));
    await writeFile(join(at, 'archive.tar.gz'), Buffer.from(await response.arrayBuffer()));
    await run('tar', ['-xzf', 'archive.tar.gz'], { cwd: at });
    await rm(join(at, 'archive.tar.gz'));
    const entries = await readdir(at, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return {
      at,
      paths: files.map((entry) => join(entry.parentPath, entry.name).slice(at.length + 1)).sort(),
    };
  }

  it('holds account, grades, submissions with files and evidence, repositories and acts, and no secret', async () => {
    const { at, paths } = await archiveOf(ada, ada.personId);
    const read = (path: string): Promise<string> => readFile(join(at, path), 'utf8');
    const all = (await Promise.all(paths.map(read))).join('\n');

    expect(paths.filter((path) => !path.includes('/'))).toEqual([
      'README.txt',
      'account.json',
      'enrolments.json',
      'extensions.json',
      'forge-repositories.json',
      'grades.json',
      'overrides.json',
      'pushes-not-submitted-yet.json',
      'tokens.json',
      'told-to-learning-platforms.json',
    ]);
    expect(JSON.parse(await read('account.json'))).toMatchObject({ email: 'ada@example.edu', admin: false });
    expect(await read('extensions.json')).toContain('was ill for a week');
    expect(JSON.parse(await read('overrides.json'))).toMatchObject([{ score: 77 }]);
    expect(JSON.parse(await read('grades.json'))).toMatchObject([{ score: 77, attemptsUsed: 2 }]);
    expect(await read('tokens.json')).toContain('laptop');
    const first = 'submissions/docker-101/port-bind/attempt-1';
    expect(await read(`${first}/files/Dockerfile`)).toBe('FROM x\nCMD half of ada\n');
    expect(await read(`${first}/files/src/app.py`)).toContain('hello');
    expect(JSON.parse(await read(`${first}/submission.json`))).toMatchObject({ id: submission, score: 60 });
    const [report] = paths.filter((path) => path.startsWith(`${first}/runs/`));
    expect(Run.parse(JSON.parse(await read(report ?? ''))).report?.checks[0]?.evidence).toHaveLength(1);
    const clone = join(folder, 'clone');
    await run('git', ['clone', '--quiet', join(at, 'repositories/docker-101/port-bind.git'), clone]);
    expect(await readFile(join(clone, 'Dockerfile'), 'utf8')).toBe('FROM x\nCMD fixed by push\n');
    expect(await read('audit/0001.json')).toContain('override.set');
    expect(await read('audit/0001.json')).toContain('shown in the lab hour');
    for (const path of paths.filter((item) => !item.includes('/') && item !== 'README.txt'))
      expect(await read('README.txt')).toContain(path);
    const hashes = await sql(stack.config.databaseUrl, 'SELECT hash FROM token');
    for (const hidden of [secret, ada.token ?? '', ...hashes.map((row) => String(row['hash']))])
      expect(all).not.toContain(hidden);
    expect(all).not.toContain('half of eve');
    expect(all).not.toContain('eve@example.edu');
  });

  it('holds of what somebody did to others only that they did it', async () => {
    const { at } = await archiveOf(teacher, teacher.personId);
    const acts = await readFile(join(at, 'audit/0001.json'), 'utf8');

    expect(acts).toContain('person.enrolled');
    expect(acts).toContain('extension.granted');
    expect(acts).not.toContain('bob@example.edu');
    expect(acts).not.toContain('was ill for a week');
  });

  it('shows a learner no more than the pages do, and an admin everything', async () => {
    const admin = await stack.person('root', 'admin');
    const dueAt = new Date(Date.now() + 3_600_000).toISOString();
    const late = await teacher.send('PATCH', '/courses/docker-101/assignments/port-bind', {
      dueAt,
      feedback: 'verdict-until-due',
    });
    expect(late.status, late.text).toBe(200);

    const reports = async (who: Client) => {
      const { at, paths } = await archiveOf(who, ada.personId);
      const texts = paths.filter((path) => path.includes('attempt-1/runs/')).map((path) => join(at, path));
      return Promise.all(texts.map(async (path) => Run.parse(JSON.parse(await readFile(path, 'utf8')))));
    };

    expect(await reports(ada)).toMatchObject([{ feedback: 'verdict', report: { checks: [] } }]);
    const [full] = await reports(admin);
    expect(full?.report?.checks).toHaveLength(2);
    const noted = await sql(
      stack.config.databaseUrl,
      "SELECT actor_id FROM audit_entry WHERE act = 'person.exported' AND actor_id = $1",
      [admin.personId],
    );
    expect(noted).toHaveLength(1);
  });

  it('goes on over more submissions than one page has', async () => {
    const many = await stack.person('many', 'learner');
    for (let attempt = 1; attempt <= 23; attempt += 1) await many.submit(`try ${attempt}`);

    const { paths } = await archiveOf(many, many.personId);

    expect(paths.filter((path) => path.endsWith('/submission.json'))).toHaveLength(23);
  });

  it('is for nobody else, whether there is such a person or not', async () => {
    const foreign = await teacher.get(`/people/${ada.personId}/data`);
    const nobody = await teacher.get('/people/00000000-0000-4000-8000-000000000000/data');

    expect([foreign.status, nobody.status]).toEqual([403, 403]);
  });
});
