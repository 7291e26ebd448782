import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGitRemote } from '../../../src/adapters/git/git-remote.ts';
import type { GitRemote } from '../../../src/app/ports/git-remote.ts';
import { closeServer, listen, urlOf } from '../../../src/http/listen.ts';
import { DEFAULT_ALLOWANCES, RateLimit } from '../../../src/http/rate-limit.ts';
import { mountGit } from '../../../src/http/routes/git.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { remoteUrl, WorkingCopy } from './git-client.ts';

const MIB = 1_048_576;
const FOREVER = new AbortController().signal;

describe('the housekeeping of repositories', () => {
  let stack: Stack;
  let folder: string;
  let remote: GitRemote & AsyncDisposable;
  let server: Server;
  const errors: unknown[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'labgrader-tidy-'));
    stack = await startStack({ environment: { GIT_FOLDER: join(folder, 'other') } });
    remote = await openGitRemote({
      folder,
      pushBytes: 2 * MIB,
      repositoryBytes: 2 * MIB,
      atOnce: 8,
      onError: (error) => errors.push(error),
    });
    const app = express();
    const limit = new RateLimit(DEFAULT_ALLOWANCES);
    mountGit(app, stack.api.service, limit, { remote, repositoryBytes: 2 * MIB, watchMs: 1 });
    server = await listen(app, 0, '127.0.0.1');
  });
  afterAll(async () => {
    await remote[Symbol.asyncDispose]();
    await closeServer(server);
    await stack[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  async function learner(name: string) {
    const { personId, token } = await stack.person(name, 'learner');
    const copy = await WorkingCopy.make();
    await copy.write('Dockerfile', 'FROM x\nCMD fixed\n');
    await copy.commit();
    const url = remoteUrl(urlOf(server, '127.0.0.1'), token);
    return { copy, url, personId };
  }

  async function repositoryOf(personId: string): Promise<string> {
    const [assignment = ''] = await readdir(join(folder, 'repositories'));
    return join(folder, 'repositories', assignment, `${personId}.git`);
  }

  /** As if two hours had passed since; what is newer than something else stays so. */
  async function age(path: string): Promise<void> {
    for (const entry of ['.', ...(await readdir(path, { recursive: true }))]) {
      const { mtimeMs } = await stat(join(path, entry));
      const then = new Date(mtimeMs - 2 * 3_600_000);
      await utimes(join(path, entry), then, then);
    }
  }

  async function packs(path: string): Promise<string[]> {
    return (await readdir(join(path, 'objects', 'pack'))).filter((name) => name.endsWith('.pack'));
  }

  const noise = (bytes: number): Uint8Array =>
    Buffer.concat(
      Array.from({ length: bytes / 65_536 }, () => crypto.getRandomValues(new Uint8Array(65_536))),
    );

  it('makes room for a learner whose forced pushes had filled the repository', async () => {
    const { copy, url, personId } = await learner('ada-full');
    await using _copy = copy;
    await copy.write('data.bin', noise(MIB));
    await copy.commit();
    const first = await copy.git(['push', url, 'main']);
    await copy.must('reset', '--quiet', '--hard', 'HEAD~1');
    await copy.write('data.bin', noise(MIB));
    await copy.commit();
    const full = await copy.git(['push', '--force', url, 'main']);
    await copy.must('reset', '--quiet', '--hard', 'HEAD~1');
    const small = await copy.git(['push', '--force', url, 'main']);
    const repository = await repositoryOf(personId);

    const early = await remote.tidy(FOREVER);
    await age(repository);
    const tidied = await remote.tidy(FOREVER);
    await copy.write('data.bin', noise(MIB));
    const commit = await copy.commit();
    const after = await copy.git(['push', url, 'main']);

    expect([first.code, full.code, small.code]).toEqual([0, 1, 0]);
    expect(full.said).toContain('git.repository-bytes');
    expect(early).toBe(0);
    expect(tidied).toBe(1);
    expect(after.code).toBe(0);
    expect((await copy.must('ls-remote', url)).out).toContain(`${commit}\trefs/heads/main`);
    expect(errors).toEqual([]);
  });

  it('keeps every branch and tag, in one pack, and does nothing until the next push', async () => {
    const { copy, url, personId } = await learner('ada-packs');
    await using _copy = copy;
    for (const name of ['one', 'two', 'three']) {
      await copy.write('src/app.py', `print("${name}")\n`);
      await copy.commit();
      await copy.must('push', '--quiet', url, 'main', `HEAD:refs/heads/${name}`, `HEAD:refs/tags/v-${name}`);
    }
    const repository = await repositoryOf(personId);
    const before = await copy.must('ls-remote', url);
    const packsBefore = await packs(repository);
    await age(repository);

    const tidied = await remote.tidy(FOREVER);
    const again = await remote.tidy(FOREVER);

    expect(packsBefore.length).toBeGreaterThan(1);
    expect([tidied, again]).toEqual([1, 0]);
    expect(await packs(repository)).toHaveLength(1);
    expect((await copy.must('ls-remote', url)).out).toBe(before.out);
    await copy.must('--git-dir', repository, 'fsck', '--full', '--strict');
    await using clone = await WorkingCopy.make();
    await clone.must('fetch', '--quiet', url, 'refs/heads/*:refs/remotes/grade/*');
    expect((await clone.must('show', 'refs/remotes/grade/two:src/app.py')).out).toBe('print("two")\n');
  });

  it('removes what a push that was killed has left, and the lock that refused the next', async () => {
    const { copy, url, personId } = await learner('ada-left');
    await using _copy = copy;
    await copy.must('push', '--quiet', url, 'main');
    const repository = await repositoryOf(personId);
    await copy.write('more.txt', 'more\n');
    await copy.commit();
    // A push that was killed leaves its quarantine, a pack half written, and a branch locked.
    const left = [
      'objects/tmp_objdir-incoming-a1B2c3/pack/tmp_pack_x',
      'objects/pack/tmp_pack_a1B2c3',
      'objects/pack/.tmp-77-pack-aa.pack',
      'refs/heads/main.lock',
    ];
    await mkdir(join(repository, 'objects/tmp_objdir-incoming-a1B2c3/pack'), { recursive: true });
    for (const name of left) await writeFile(join(repository, name), 'half');
    const locked = await copy.git(['push', url, 'main']);
    await age(repository);

    const tidied = await remote.tidy(FOREVER);
    const push = await copy.git(['push', url, 'main']);

    expect(locked.code).toBe(1);
    expect(tidied).toBe(1);
    expect(push.code).toBe(0);
    const names = await readdir(repository, { recursive: true });
    expect(names.filter((name) => /tmp|lock$/.test(name))).toEqual([]);
  });

  it('harms no push that comes at the same time', async () => {
    const { copy, url, personId } = await learner('ada-race');
    await using _copy = copy;
    await copy.must('push', '--quiet', url, 'main:refs/heads/try');
    const repository = await repositoryOf(personId);
    for (let round = 0; round < 12; round += 1) {
      await copy.write('data.bin', noise(65_536));
      await copy.must('add', '--all');
      await copy.must('commit', '--quiet', '--amend', '--message', `round ${round}`);
      await age(repository);

      const tidying = remote.tidy(FOREVER);
      const push = await copy.git(['push', '--force', url, 'main:refs/heads/try']);
      await tidying;

      expect(push.code).toBe(0);
      const head = (await copy.must('rev-parse', 'HEAD')).out.trim();
      expect((await copy.must('ls-remote', url)).out).toContain(`${head}\trefs/heads/try`);
      await copy.must('--git-dir', repository, 'fsck', '--full');
    }
    await age(repository);

    expect(await remote.tidy(FOREVER)).toBe(1);
    expect(await packs(repository)).toHaveLength(1);
    expect(errors).toEqual([]);
  }, 120_000);
});
