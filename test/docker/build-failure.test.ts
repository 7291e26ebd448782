import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BuildOutcome } from '../../src/app/ports/bench.ts';
import { GraderFault } from '../../src/core/grader-fault.ts';
import { TestBuilds } from './support/builds.ts';
import { testBases, testEngine } from './support/engine.ts';

const signal = AbortSignal.timeout(280_000);

describe('a build', () => {
  let docker: Docker;
  let builds: TestBuilds;
  let from: string;

  beforeAll(async () => {
    docker = testEngine();
    builds = new TestBuilds(docker, 'failure');
    from = `FROM ${(await testBases(docker)).get('python:3.11-slim') ?? ''}`;
  });

  afterAll(async () => {
    await builds[Symbol.asyncDispose]();
  });

  it('that fails names the step, its exit code and its last lines', async () => {
    const dockerfile = `${from}\nRUN true\nRUN echo looking; echo missing >&2; exit 7\nRUN echo never\n`;

    const outcome = failureOf(await builds.build({ dockerfile }, signal));

    expect(outcome).toMatchObject({ cause: 'failed', failedStep: { index: 3, exitCode: 7, cached: false } });
    expect(outcome.message).toContain('did not complete successfully: exit code: 7');
    expect([...outcome.logTail].sort()).toEqual(['looking', 'missing']);
  });

  it.each([
    [
      'a file that is not there',
      (base: string) => `${base}\nCOPY app.py /\n`,
      '"/app.py": not found in the build context',
    ],
    [
      'a file that is held back',
      (base: string) => `${base}\nCOPY held.txt /\n`,
      '"/held.txt": not found in the build context: it is there, but .dockerignore keeps it out',
    ],
    ['an unknown instruction', (base: string) => `${base}\nRUNN x\n`, 'unknown instruction: RUNN'],
    ['nothing in its Dockerfile', () => '\n', 'file with no instructions'],
  ])('fails by %s', async (_, dockerfile, message) => {
    const files = { '.dockerignore': 'held.txt', 'held.txt': 'x' };

    const outcome = failureOf(await builds.build({ dockerfile: dockerfile(from), files }, signal));

    expect(outcome.cause).toBe('failed');
    expect(outcome.message).toContain(message);
  });

  it('fails by a .dockerignore that the builder would refuse', async () => {
    const files = { '.dockerignore': 'a[' };

    expect(await builds.build({ dockerfile: from, files }, signal)).toMatchObject({
      ok: false,
      message: '.dockerignore: syntax error in pattern: a[',
    });
  });

  it('fails by an image above the limit, which does not stay', async () => {
    const dockerfile = `${from}\nRUN head -c 20000000 /dev/urandom > /big\n`;

    const outcome = failureOf(await builds.build({ dockerfile, limits: { imageMiB: 20 } }, signal));

    expect(outcome.message).toMatch(/the limit is 20 MiB \(imageMiB\)/);
    expect(await builds.images()).not.toContain(builds.latestTag);
  });

  it('is called a memory kill only where the kernel counts one', async () => {
    const dockerfile = `${from}\nRUN sh -c 'kill -9 $$; sleep 1'; exit $?\n`;
    let count = 0;
    const outcomes = [
      await builds.build({ dockerfile, more: { memoryKills: () => Promise.resolve(count++) } }, signal),
      await builds.build({ dockerfile, more: { memoryKills: () => Promise.resolve(5) } }, signal),
      await builds.build({ dockerfile }, signal),
    ];

    expect(outcomes).toMatchObject([{ cause: 'memory-limit' }, { cause: 'failed' }, { cause: 'failed' }]);
  });

  it('above its time limit is stopped, and its processes are gone', async () => {
    const marker = `marker-${randomBytes(8).toString('hex')}`;
    const dockerfile = `${from}\nRUN python3 -c "import time; time.sleep(600)" ${marker}\n`;

    const building = builds.build({ dockerfile, limits: { buildSeconds: 6 } }, signal);
    const seen = await until(async () => (await processesWith(docker, from, marker)) > 0);
    const outcome = failureOf(await building);
    const gone = await until(async () => (await processesWith(docker, from, marker)) === 0);

    expect(outcome).toMatchObject({ cause: 'time-limit', failedStep: { index: 2, exitCode: null } });
    expect(outcome.message).toContain('The build took longer than its limit of 6 s');
    expect([seen, gone]).toEqual([true, true]);
  });

  it('that is aborted is stopped, with the reason of whoever did it', async () => {
    const marker = `marker-${randomBytes(8).toString('hex')}`;
    const dockerfile = `${from}\nRUN python3 -c "import time; time.sleep(600)" ${marker}\n`;
    const abort = new AbortController();

    const building = builds.build({ dockerfile }, abort.signal);
    const seen = await until(async () => (await processesWith(docker, from, marker)) > 0);
    abort.abort(new Error('cancelled'));

    await expect(building).rejects.toThrow('cancelled');
    expect(seen).toBe(true);
    expect(await until(async () => (await processesWith(docker, from, marker)) === 0)).toBe(true);
  });

  it('from a base that the engine lacks is a fault', async () => {
    await expect(builds.build({ dockerfile: 'FROM labgrader/missing:none\n' }, signal)).rejects.toThrow(
      GraderFault,
    );
  });
});

function failureOf(outcome: BuildOutcome): Extract<BuildOutcome, { ok: false }> {
  if (outcome.ok) throw new Error('the build succeeded');
  return outcome;
}

/** Does it become true within 20 seconds? */
async function until(isTrue: () => Promise<boolean>): Promise<boolean> {
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    if (await isTrue()) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

/** How many processes of the engine's machine have a word in their command line. */
async function processesWith(docker: Docker, from: string, word: string): Promise<number> {
  const count = `import glob, os, sys
own = str(os.getpid())
def text(path):
    try: return open(path, 'rb').read()
    except OSError: return b''
paths = [p for p in glob.glob('/proc/[0-9]*/cmdline') if p.split('/')[2] != own]
print(sum(sys.argv[1].encode() in text(p) for p in paths))`;
  const container = await docker.createContainer({
    Image: from.replace('FROM ', ''),
    Entrypoint: ['python3', '-c', count, word],
    Cmd: [],
    Labels: { 'labgrader.test': 'processes' },
    HostConfig: { PidMode: 'host', NetworkMode: 'none' },
  });
  try {
    await container.start();
    await container.wait();
    const logs = await container.logs({ stdout: true, stderr: true, follow: false });
    return Number(logs.toString('utf8').replace(/[^0-9]/g, ''));
  } finally {
    await container.remove({ force: true });
  }
}
