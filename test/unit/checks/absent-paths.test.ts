import { describe, expect, it } from 'vitest';
import { absentPaths } from '../../../src/checks/absent-paths.ts';
import { plantedFile } from '../../../src/core/planted-files.ts';
import { BUILD } from './support/fake-subject.ts';
import { BASE, file, gone, imageSubject, layer } from './support/image.ts';

const DOCKERFILE = 'FROM python:3.11-slim\nCOPY . /app\nRUN rm -rf /app/.git\n';
const signal = AbortSignal.timeout(10_000);
const { canary } = plantedFile('.git/HEAD', 64);

function run(layers: Parameters<typeof imageSubject>[1], parameters: unknown) {
  const subject = imageSubject(DOCKERFILE, layers, { build: { ...BUILD, canaries: [canary] } });
  return absentPaths.run(subject, absentPaths.schema.parse(parameters), signal);
}

const everything = (path: string) => layer('COPY . /app # buildkit', [file(path, 64, canary.sha256)]);

describe('absent-paths', () => {
  it('finds a planted file and the line that copied it', async () => {
    const outcome = await run([BASE, everything('/app/.git/HEAD')], { planted: true });

    expect(outcome).toMatchObject({ status: 'failed', finding: 'planted' });
    expect(outcome.observed).toContain('line 2');
  });

  it('finds a planted file under another name', async () => {
    const outcome = await run([BASE, everything('/opt/harmless.txt')], { planted: true });

    expect(outcome.finding).toBe('planted');
  });

  it('finds a planted file that a later layer deletes', async () => {
    const cleaned = layer('RUN /bin/sh -c rm -rf /app/.git # buildkit', [gone('/app/.git')]);

    const outcome = await run([BASE, everything('/app/.git/HEAD'), cleaned], { planted: true });

    expect(outcome.finding).toBe('deleted-later');
  });

  it('takes a file of the same name for what it is', async () => {
    const own = layer('COPY . /app # buildkit', [file('/app/.git/HEAD', 64)]);

    expect((await run([BASE, own], { planted: true })).status).toBe('passed');
  });

  it('finds a compiler that the base image brought', async () => {
    const full = layer('', [file('/usr/bin/x86_64-linux-gnu-gcc-12', 900_000)], true);

    expect((await run([full], { groups: ['compilers'] })).finding).toBe('compilers');
  });

  it('finds package lists, and overlooks the lock that apt leaves', async () => {
    const lock = layer('COPY . /app # buildkit', [file('/var/lib/apt/lists/lock', 0)]);
    const lists = layer('COPY . /app # buildkit', [file('/var/lib/apt/lists/deb_Packages', 5000)]);

    expect((await run([BASE, lock], { groups: ['apt-lists'] })).status).toBe('passed');
    expect((await run([BASE, lists], { groups: ['apt-lists'] })).finding).toBe('apt-lists');
  });

  it('understands globs of absolute paths', async () => {
    const nested = layer('COPY . /app # buildkit', [file('/srv/a/b/dump.sql', 10)]);

    expect((await run([BASE, nested], { paths: ['**/*.sql'] })).finding).toBe('path');
    expect((await run([BASE, nested], { paths: ['/srv/*.sql', '*.sql'] })).status).toBe('passed');
  });
});
