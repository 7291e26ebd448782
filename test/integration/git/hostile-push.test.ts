import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../support/stack.ts';
import { remoteUrl, WorkingCopy } from './git-client.ts';

const MIB = 1_048_576;

describe('a hostile push', () => {
  let stack: Stack;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'labgrader-hostile-'));
    stack = await startStack({ environment: { GIT_FOLDER: folder } });
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  function mktree(copy: WorkingCopy, lines: string): string {
    return execFileSync('git', ['mktree', '--missing'], { cwd: copy.folder, input: lines }).toString().trim();
  }

  it('of few bytes that unpack to many is refused before they are read', async () => {
    const ada = await stack.person('ada-bomb', 'learner');
    await using copy = await WorkingCopy.make();
    await copy.write('Dockerfile', 'FROM x\n');
    await copy.write('zeros', new Uint8Array(40 * MIB));
    await copy.commit();

    const push = await copy.git(['push', remoteUrl(stack.api.url, ada.token), 'main']);

    expect(push.code).toBe(1);
    expect(push.said).toContain('(archive.file-bytes)');
  });

  it('of a tree that names itself over and over is cut', async () => {
    const ada = await stack.person('ada-tree', 'learner');
    await using copy = await WorkingCopy.make();
    await copy.write('Dockerfile', 'FROM x\n');
    await copy.commit();
    const blob = (await copy.must('rev-parse', 'HEAD:Dockerfile')).out.trim();
    let tree = mktree(
      copy,
      Array.from({ length: 10 }, (_, index) => `100644 blob ${blob}\tf${index}\n`).join(''),
    );
    for (let depth = 0; depth < 9; depth += 1) {
      const inner = tree;
      tree = mktree(
        copy,
        Array.from({ length: 10 }, (_, index) => `040000 tree ${inner}\td${index}\n`).join(''),
      );
    }
    const commit = (await copy.must('commit-tree', tree, '-m', 'bomb')).out.trim();

    const push = await copy.git(['push', remoteUrl(stack.api.url, ada.token), `${commit}:refs/heads/main`]);

    expect(push.code).toBe(1);
    expect(push.said).toContain('(archive.entries)');
  });

  it('of a tree that holds a .git folder is refused by git itself', async () => {
    const ada = await stack.person('ada-dotgit', 'learner');
    await using copy = await WorkingCopy.make();
    await copy.write('Dockerfile', 'FROM x\n');
    await copy.commit();
    const blob = (await copy.must('rev-parse', 'HEAD:Dockerfile')).out.trim();
    const hooks = mktree(copy, `100755 blob ${blob}\tpost-receive\n`);
    const tree = mktree(copy, `040000 tree ${hooks}\t.git\n100644 blob ${blob}\tDockerfile\n`);
    const commit = (await copy.must('commit-tree', tree, '-m', 'dotgit')).out.trim();

    const push = await copy.git(['push', remoteUrl(stack.api.url, ada.token), `${commit}:refs/heads/main`]);

    expect(push.code).toBe(1);
    expect(push.said).toMatch(/hasDotgit/i);
  });

  it('to anything but branches and tags, or to too many of them, is refused', async () => {
    const ada = await stack.person('ada-refs', 'learner');
    const url = remoteUrl(stack.api.url, ada.token);
    await using copy = await WorkingCopy.make();
    await copy.write('Dockerfile', 'FROM x\n');
    await copy.commit();

    const notes = await copy.git(['push', url, 'main:refs/notes/x']);
    const many = Array.from({ length: 60 }, (_, index) => `main:refs/heads/b${index}`);
    const flood = await copy.git(['push', url, ...many]);
    const option = await copy.git(['push', '--push-option=x', url, 'main:refs/heads/try']);

    expect([notes.code, flood.code]).toEqual([1, 1]);
    expect(notes.said).toContain('(git.ref)');
    expect(flood.said).toContain('Too many branches and tags');
    expect(option.code).not.toBe(0);
  });

  it('asks for no file of a repository, by no other way than git’s', async () => {
    const ada = await stack.person('ada-dumb', 'learner');
    const ask = (path: string): Promise<Response> =>
      fetch(`${stack.api.url}/git/docker-101/${path}`, {
        headers: { authorization: `Bearer ${ada.token ?? ''}` },
        signal: AbortSignal.timeout(10_000),
      });

    const answers = [];
    for (const path of [
      'port-bind/HEAD',
      'port-bind/config',
      'port-bind/info/refs',
      'port-bind/info/refs?service=git-upload-archive',
      'port-bind%2F..%2F..%2Fhooks/info/refs?service=git-upload-pack',
      '..%2f..%2fhooks/info/refs?service=git-upload-pack',
    ]) {
      answers.push((await ask(path)).status);
    }

    expect(answers).toEqual([404, 404, 404, 404, 404, 404]);
  });

  it('leaves no more in the repositories than git keeps', async () => {
    const [assignment = ''] = await readdir(join(folder, 'repositories'));
    const repositories = await readdir(join(folder, 'repositories', assignment));

    expect(repositories.every((name) => /^[0-9a-f-]{36}\.git$/.test(name))).toBe(true);
  });
});
