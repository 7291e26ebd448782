import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ServiceRecipe, openService } from '../../../src/machine/guarded-service.ts';
import { isAlive, readIdentity, waitForEnd } from '../../../src/machine/live-process.ts';
import { SetupProblem } from '../../../src/machine/setup-problem.ts';

const signal = AbortSignal.timeout(60_000);
const MODULE = new URL('../../../src/machine/guarded-service.ts', import.meta.url).pathname;

describe('a guarded service', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'labgrader-service-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('runs while it is used, and is gone afterwards', async () => {
    const service = await openService(sleeper(folder), signal);
    const child = await theChild();

    await service[Symbol.asyncDispose]();

    expect(await isAlive(child)).toBe(false);
  });

  it('goes by itself when its user was killed', async () => {
    const user = spawn('npx', ['tsx', '-e', userScript(folder)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    await new Promise((resolve) => user.stdout.once('data', resolve));
    const child = await theChild();
    process.kill(-(user.pid ?? 0), 'SIGKILL');

    expect(await waitForEnd(child, 15_000)).toBe(true);
  });

  it('is shared by two users, and outlives the first', async () => {
    const user = spawn('npx', ['tsx', '-e', userScript(folder)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    await new Promise((resolve) => user.stdout.once('data', resolve));
    const child = await theChild();
    const service = await openService(sleeper(folder), signal);
    const shared = await theChild();

    await service[Symbol.asyncDispose]();
    const outlived = await isAlive(child);
    process.kill(-(user.pid ?? 0), 'SIGKILL');

    expect(shared).toEqual(child);
    expect(outlived).toBe(true);
    expect(await waitForEnd(child, 15_000)).toBe(true);
  });

  it('starts again after its guard was killed', async () => {
    const first = await openService(sleeper(folder), signal);
    const orphan = await theChild();
    process.kill((await readIdentity(join(folder, 'guard')))?.pid ?? 0, 'SIGKILL');
    await sleep(100);

    await using second = await openService(sleeper(folder), signal);

    expect(second.url).toBe(first.url);
    expect(await isAlive(orphan)).toBe(false);
    expect(await isAlive(await theChild())).toBe(true);
  });

  it('says why it did not start, with the end of its log', async () => {
    const broken: ServiceRecipe = {
      ...sleeper(folder),
      prepare: async () =>
        Promise.resolve({ command: ['sh', '-c', 'echo the disk is full; exit 1'], url: 'x' }),
      answers: async () => Promise.resolve(false),
    };

    const error: unknown = await openService(broken, signal).catch((reason: unknown) => reason);

    expect(error).toBeInstanceOf(SetupProblem);
    expect(String(error)).toMatch(/ended at once.*\n.*the disk is full/);
  });

  async function theChild() {
    const child = await readIdentity(join(folder, 'child'));
    if (child === null) throw new Error(`no child: ${await readFile(join(folder, 'log'), 'utf8')}`);
    return child;
  }
});

function sleeper(folder: string): ServiceRecipe {
  return {
    name: 'sleeper',
    folder,
    stop: 'TERM',
    graceSeconds: 2,
    readyTimeoutMs: 10_000,
    prepare: async () => Promise.resolve({ command: ['sleep', '600'], url: 'none' }),
    answers: async () => (await readIdentity(join(folder, 'child'))) !== null,
  };
}

/** Another process that uses the service until it is killed. */
function userScript(folder: string): string {
  return `(async () => {
    const { openService } = await import(${JSON.stringify(MODULE)});
    const { readFile } = await import('node:fs/promises');
    const folder = ${JSON.stringify(folder)};
    await openService({
      name: 'sleeper', folder, stop: 'TERM', graceSeconds: 2, readyTimeoutMs: 10000,
      prepare: async () => ({ command: ['sleep', '600'], url: 'none' }),
      answers: async () => (await readFile(folder + '/child', 'utf8').catch(() => '')) !== '',
    }, AbortSignal.timeout(60000));
    console.log('open');
    setInterval(() => {}, 1000);
  })()`;
}
