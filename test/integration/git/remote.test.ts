import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SubmissionPage } from '../../../src/http/schemas/submission.ts';
import type { Client } from '../support/client.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { waitUntil } from '../support/wait-until.ts';
import { remoteUrl, WorkingCopy } from './git-client.ts';

const SUBMISSIONS = '/courses/docker-101/assignments/port-bind/submissions';

describe('the remote of the service itself', () => {
  let stack: Stack;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'labgrader-remote-'));
    stack = await startStack({ environment: { GIT_FOLDER: folder, PUSH_MIB: '1', REPOSITORY_MIB: '2' } });
    await stack.worker();
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function submissionsOf(client: Client) {
    return (await client.ask(SubmissionPage, 'GET', SUBMISSIONS)).submissions;
  }

  async function dockerfile(word: string): Promise<WorkingCopy> {
    const copy = await WorkingCopy.make();
    await copy.write('Dockerfile', `FROM x\nCMD ${word}\n`);
    await copy.write('src/app.py', 'print("hello")\n');
    await copy.commit();
    return copy;
  }

  it('grades a push and writes the verdict into its output', async () => {
    const ada = await stack.person('ada-verdict', 'learner');
    await using copy = await dockerfile('half');

    const push = await copy.git(['push', remoteUrl(stack.api.url, ada.token), 'main']);

    expect(push.code).toBe(0);
    expect(push.said).toContain('remote: Attempt 1 at “Nobody answers”: 2 files taken.');
    expect(push.said).toContain('remote: Building …');
    expect(push.said).toContain('remote: [passed] It answers  60/60');
    expect(push.said).toContain('remote: [failed] It stays  0/40');
    expect(push.said).toContain('look at: Look at PID 1.');
    expect(push.said).toContain('remote: Verdict: failed, score 60 of 100.');
    expect(push.said).toMatch(new RegExp(`remote: ${stack.api.url}/submissions/[0-9a-f-]{36}`));
    expect(push.said).not.toContain('\0');
    const [submission] = await submissionsOf(ada);
    expect(submission).toMatchObject({ source: 'git', verdict: 'failed', score: 60, attempt: 1 });
  });

  it('takes a token of anybody else’s for what it is', async () => {
    await using copy = await dockerfile('fixed');
    const outsider = await stack.person('outsider-git', 'outsider');
    const reader = await stack.person('reader-git', 'learner', ['read']);

    const nobody = await copy.git(['push', remoteUrl(stack.api.url, null), 'main']);
    const wrong = await copy.git([
      'push',
      remoteUrl(stack.api.url, 'lgt_wrong-token-of-some-length'),
      'main',
    ]);
    const foreign = await copy.git(['push', remoteUrl(stack.api.url, outsider.token), 'main']);
    const narrow = await copy.git(['push', remoteUrl(stack.api.url, reader.token), 'main']);
    const unknown = await copy.git(['push', remoteUrl(stack.api.url, reader.token, 'no-such'), 'main']);

    expect([nobody, wrong, foreign, narrow, unknown].map((push) => push.code)).not.toContain(0);
    expect(foreign.said).toContain('There is no such course');
    expect(narrow.said).toContain('lacks the scope');
    expect(await submissionsOf(reader)).toEqual([]);
  });

  it('keeps each learner’s repository to themselves', async () => {
    const one = await stack.person('one-git', 'learner');
    const other = await stack.person('other-git', 'learner');
    await using copy = await dockerfile('fixed');
    await copy.must('push', '--quiet', remoteUrl(stack.api.url, one.token), 'main');

    const own = await copy.must('ls-remote', remoteUrl(stack.api.url, one.token));
    const foreign = await copy.must('ls-remote', remoteUrl(stack.api.url, other.token));

    expect(own.out).toContain('refs/heads/main');
    expect(foreign.out).toBe('');
  });

  it('keeps other branches without grading them', async () => {
    const ada = await stack.person('ada-branches', 'learner');
    await using copy = await dockerfile('fixed');

    const push = await copy.git([
      'push',
      remoteUrl(stack.api.url, ada.token),
      'main:refs/heads/try',
      'HEAD:refs/tags/v1',
    ]);
    const listed = await copy.must('ls-remote', remoteUrl(stack.api.url, ada.token));

    expect(push.code).toBe(0);
    expect(push.said).toContain('remote: Branch try is kept and not graded');
    expect(listed.out).toContain('refs/heads/try');
    expect(await submissionsOf(ada)).toEqual([]);
  });

  it('refuses a push whose files are not taken, says why, and keeps nothing of it', async () => {
    const ada = await stack.person('ada-refused', 'learner');
    const url = remoteUrl(stack.api.url, ada.token);
    await using links = await dockerfile('fixed');
    await links.link('secrets', '/etc/passwd');
    await links.commit();
    await using pointer = await dockerfile('fixed');
    await pointer.write('data.bin', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n');
    await pointer.commit();
    await using module = await dockerfile('fixed');
    await module.must('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},dep`);
    await module.must('commit', '--quiet', '-m', 'submodule');
    await using collision = await dockerfile('fixed');
    await collision.write('dockerfile', 'FROM y\n');
    await collision.commit();

    const pushes = [];
    for (const copy of [links, pointer, module, collision])
      pushes.push(await copy.git(['push', url, 'main']));

    expect(pushes.map((push) => push.code)).toEqual([1, 1, 1, 1]);
    expect(pushes.map((push) => /\(([a-z.-]+)\)/.exec(push.said)?.[1])).toEqual([
      'archive.link',
      'git.lfs',
      'git.submodule',
      'archive.collision',
    ]);
    expect(pushes[0]?.said).toContain('remote: Refused: nothing of this push is kept.');
    expect((await links.must('ls-remote', url)).out).toBe('');
    expect(await submissionsOf(ada)).toEqual([]);
  });

  it('bounds a push and a repository', async () => {
    const ada = await stack.person('ada-large', 'learner');
    const url = remoteUrl(stack.api.url, ada.token);
    await using copy = await dockerfile('fixed');
    const noise = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes));

    await copy.write('large.bin', Buffer.concat(Array.from({ length: 30 }, () => noise(65_536))));
    await copy.commit();
    const large = await copy.git(['push', url, 'main']);
    await copy.must('reset', '--quiet', '--hard', 'HEAD~1');
    const pushes = [];
    for (let round = 0; round < 3; round += 1) {
      await copy.write('data.bin', Buffer.concat(Array.from({ length: 12 }, () => noise(65_536))));
      await copy.commit();
      pushes.push(await copy.git(['push', url, 'main']));
    }

    expect(large.code).not.toBe(0);
    expect(pushes[0]?.code).toBe(0);
    expect(pushes[2]?.code).toBe(1);
    expect(pushes[2]?.said).toContain('git.repository-bytes');
  });

  it('goes on grading when the terminal is closed', async () => {
    const ada = await stack.person('ada-closed', 'learner');
    await using copy = await dockerfile('slow fixed');

    await copy.git(['push', remoteUrl(stack.api.url, ada.token), 'main'], (said, end) => {
      if (said.includes('remote: Building')) end();
    });
    stack.grader.release();
    const done = await waitUntil('graded', async () => {
      const [submission] = await submissionsOf(ada);
      return submission?.status === 'done' && submission;
    });

    expect(done).toMatchObject({ verdict: 'passed', score: 100 });
  });
});

describe('rules of an assignment at the remote', () => {
  it('are told before anything is kept', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'labgrader-remote-'));
    await using stack = await startStack({ environment: { GIT_FOLDER: folder } });
    const teacher = await stack.person('teacher-git', 'instructor');
    const ada = await stack.person('ada-late', 'learner');
    const closed = await teacher.send('PATCH', '/courses/docker-101/assignments/port-bind', {
      closesAt: '2020-01-01T00:00:00Z',
    });
    await using copy = await WorkingCopy.make();
    await copy.write('Dockerfile', 'FROM x\n');
    await copy.commit();

    const push = await copy.git(['push', remoteUrl(stack.api.url, ada.token), 'main']);

    expect(closed.status).toBe(200);
    expect(push.code).toBe(1);
    expect(push.said).toContain('It closed at 2020-01-01T00:00:00');
    await rm(folder, { recursive: true, force: true });
  });
});
