import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Submission, SubmissionPage } from '../../src/http/schemas/submission.ts';
import type { Client } from './support/client.ts';
import { startCutProxy } from './support/cut-proxy.ts';
import { sql } from './support/database.ts';
import { Labgrader } from './support/labgrader.ts';
import { type Stack, startStack } from './support/stack.ts';

const LIMIT_MS = 180_000;
const TO = ['--course', 'docker-101', '--assignment', 'port-bind'];
const NOWHERE = ['--course', 'docker-101', '--assignment', 'nowhere'];

describe('labgrader', () => {
  let stack: Stack;
  let folder: string;
  beforeAll(async () => {
    stack = await startStack();
    await stack.worker();
    folder = await mkdtemp(join(tmpdir(), 'labgrader-learner-'));
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function project(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    for (const [path, text] of Object.entries(files)) {
      const place = join(folder, name, path);
      await mkdir(dirname(place), { recursive: true });
      await writeFile(place, text);
    }
    return join(folder, name);
  }

  function as(client: Client, url = client.url): Record<string, string> {
    return { LABGRADER_URL: url, LABGRADER_TOKEN: client.token ?? '' };
  }

  it(
    'submits a folder without what is no part of it, follows the run, and says why it failed',
    async () => {
      const ada = await stack.person('ada', 'learner');
      const mine = await project('half', {
        Dockerfile: 'FROM x\nCMD half\n',
        'src/app.py': 'print()\n',
        '.git/config': 'secret\n',
        'node_modules/x/index.js': '\n',
      });

      const program = new Labgrader(['submit', mine, ...TO, '--watch'], as(ada));

      expect(await program.end()).toBe(1);
      const [{ id } = { id: '' }] = await submissionsOf(ada);
      expect(program.stderr).toContain('left out .git: version control is no part of a submission');
      expect(program.stderr).toContain(id);
      expect(program.stderr).toContain('  #1 building');
      expect(program.stderr).toMatch(/passed +It answers/);
      expect(program.stdout).toContain('failed · 60 of 100');
      for (const words of [
        'observed  nobody answered',
        'expected  an answer',
        'why       It listens',
        'look      Look at PID 1.',
      ])
        expect(program.stdout).toContain(words);
      expect(program.stdout).not.toContain('\0');
      const files = await ada.get(`/submissions/${id}/files`);
      expect(files.text).toContain('src/app.py');
      expect(files.text).not.toMatch(/\.git|node_modules/);
    },
    LIMIT_MS,
  );

  it(
    'goes on where it was when the connection is cut in mid-watch',
    async () => {
      await using proxy = await startCutProxy(stack.api.url);
      const bob = await stack.person('bob', 'learner');
      const { id } = await bob.submit('slow fixed');
      const program = new Labgrader(
        ['watch', `https://labs.example.edu/submissions/${id}`],
        as(bob, proxy.url),
      );
      await program.says('#1 building');

      proxy.cut();
      await program.says('the connection was lost');
      stack.grader.release();

      expect(await program.end()).toBe(0);
      expect(program.stdout).toContain('passed · 100 of 100');
      expect(program.stderr.match(/#1 building/g)).toHaveLength(1);
      expect(program.stderr.match(/passed +It answers/g)).toHaveLength(1);
      expect(proxy.connections).toBeGreaterThan(1);
    },
    LIMIT_MS,
  );

  it(
    'prints a rejected submission’s policy, by file and line',
    async () => {
      const rita = await stack.person('rita', 'learner');
      const mine = await project('refused', { Dockerfile: 'FROM x\nCMD refused\n' });
      const submitted = new Labgrader(['submit', mine, ...TO, '--json'], as(rita));
      expect(await submitted.end()).toBe(0);
      const link = /"page":"([^"]+)"/.exec(submitted.stdout)?.[1] ?? '';

      const watched = new Labgrader(['watch', link], as(rita));
      expect(await watched.end()).toBe(1);
      expect(watched.stdout).toContain('rejected · 0 of 100');
      expect(watched.stdout).toContain('Dockerfile:1:1  no  [dockerfile.syntax]');

      const newest = new Labgrader(['watch', ...TO, '--json'], as(rita));
      expect(await newest.end()).toBe(1);
      expect(Submission.parse(JSON.parse(newest.stdout))).toMatchObject({
        verdict: 'rejected',
        person: { name: 'rita' },
      });
    },
    LIMIT_MS,
  );

  it(
    'lists assignments with due time, attempts and score, by a token in a file that is its owner’s alone',
    async () => {
      const sara = await stack.person('sara', 'learner');
      await sara.until((await sara.submit('half')).id, 'done');
      await sql(
        stack.config.databaseUrl,
        `UPDATE assignment SET due_at = '2031-11-28T22:59:00Z', attempt_limit = 9`,
      );
      await project('home', { '.config/labgrader/token': `${sara.token ?? ''}\n` });
      const home = { HOME: join(folder, 'home') };
      const token = join(folder, 'home/.config/labgrader/token');

      await chmod(token, 0o644);
      const open = new Labgrader(['status', '--server', stack.api.url], home);
      expect(await open.end()).toBe(2);
      expect(open.stderr).toContain(`chmod 600 ${token}`);

      await chmod(token, 0o600);
      const closed = new Labgrader(['status', '--server', `${stack.api.url}/`], home);
      expect(await closed.end()).toBe(0);
      expect(closed.stdout).toContain('Docker (docker-101), times of Europe/Zurich');
      expect(closed.stdout).toMatch(/port-bind +Fri,? 28 Nov,? 23:59 +open +1 of 9 +60 +Nobody answers/);
    },
    LIMIT_MS,
  );

  it.each<readonly [string, readonly string[], Record<string, string>, RegExp]>([
    ['without an assignment', ['submit', 'bad'], {}, /^Usage:/],
    ['for what names no submission', ['watch', 'the last one'], {}, /names no submission/],
    ['for a folder that isn’t there', ['submit', 'nowhere', ...TO], {}, /There is no folder/],
    ['for a folder without files', ['submit', 'empty', ...TO], {}, /There are no files/],
    [
      'for a name that no archive carries',
      ['submit', 'bad', ...TO],
      {},
      /invisible characters[^]*archive\.name/,
    ],
    ['for an assignment that isn’t there', ['submit', 'bad', ...NOWHERE], {}, /There is no such assignment/],
    [
      'by a token that is none',
      ['status'],
      { LABGRADER_TOKEN: 'x'.repeat(40) },
      /unknown, expired or revoked/,
    ],
    ['without a token', ['status'], { LABGRADER_TOKEN: '' }, /not signed in[^]*\.config\/labgrader\/token/],
    ['without a service', ['status'], { LABGRADER_URL: '' }, /LABGRADER_URL/],
  ])(
    'is refused in plain sentences %s, with exit code 2',
    async (_case, words, environment, said) => {
      const eve = await stack.person('eve', 'learner');
      await project('empty/.git', { config: '\n' });
      await project('bad', { Dockerfile: 'FROM x\n', 'a\u202e': 'x' });

      const program = new Labgrader(words, { ...as(eve), ...environment }, folder);

      expect({ code: await program.end(), stdout: program.stdout }).toEqual({ code: 2, stdout: '' });
      expect(program.stderr).toMatch(said);
      expect(program.stderr).not.toMatch(/Error:|\bat .*\.ts/);
      expect(await submissionsOf(eve)).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'says so when the grader failed, or no service answers, with exit code 3',
    async () => {
      const fay = await stack.person('fay', 'learner');
      const { id } = await fay.submit('faulty');
      await fay.until(id, 'fault', 60_000);
      const watched = new Labgrader(['watch', id], as(fay));
      expect(await watched.end()).toBe(3);
      expect(watched.stdout).toContain('It costs no attempt');

      const gone = new Labgrader(['status'], as(fay, 'http://127.0.0.1:9'));
      expect(await gone.end()).toBe(3);
      expect(gone.stderr).toContain('http://127.0.0.1:9 can’t be reached');
    },
    LIMIT_MS,
  );
});

async function submissionsOf(client: Client): Promise<{ id: string }[]> {
  const reply = await client.get('/courses/docker-101/assignments/port-bind/submissions');
  return SubmissionPage.parse(reply.body).submissions;
}
