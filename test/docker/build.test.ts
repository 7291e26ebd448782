import { randomBytes } from 'node:crypto';
import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pruneBuildCache } from '../../src/adapters/docker/build/prune-build-cache.ts';
import { TestBuilds } from './support/builds.ts';
import { testBases, testEngine } from './support/engine.ts';

const signal = AbortSignal.timeout(280_000);

describe('a build', () => {
  let docker: Docker;
  let builds: TestBuilds;
  let from: string;

  beforeAll(async () => {
    docker = testEngine();
    builds = new TestBuilds(docker, 'build');
    from = `FROM ${(await testBases(docker)).get('python:3.11-slim') ?? ''}`;
  });

  afterAll(async () => {
    await builds[Symbol.asyncDispose]();
  });

  it('tells its steps, and which of them were taken from the cache', async () => {
    const nonce = randomBytes(8).toString('hex');
    const dockerfile = `${from} AS builder\nRUN echo ${nonce} > /made\n${from}\nCOPY --from=builder /made /made\nCOPY src/ /src/\nRUN cat /made\n`;
    const build = (source: string): ReturnType<TestBuilds['build']> =>
      builds.build({ dockerfile, files: { 'src/app.py': source } }, signal);
    const table = async (source: string): Promise<unknown> => {
      const outcome = await build(source);
      return outcome.ok && outcome.steps.map((step) => [step.stage, step.index, step.cached, step.exitCode]);
    };

    const first = await table(`first ${nonce}`);
    const again = await table(`first ${nonce}`);
    const changed = await table(`changed ${nonce}`);

    const rows = (...cached: readonly boolean[]): unknown => [
      ['builder', 2, cached[0], 0],
      ['stage-1', 2, cached[1], null],
      ['stage-1', 3, cached[2], null],
      ['stage-1', 4, cached[3], 0],
    ];
    expect(first).toEqual(rows(false, false, false, false));
    expect(again).toEqual(rows(true, true, true, true));
    expect(changed).toEqual(rows(true, true, false, false));
  });

  it('runs everything anew where no cache is wanted', async () => {
    const dockerfile = `${from}\nRUN echo always\n`;
    await builds.build({ dockerfile }, signal);

    const outcome = await builds.build({ dockerfile, more: { noCache: true } }, signal);

    expect(outcome).toMatchObject({ ok: true, steps: [{ instruction: 'RUN echo always', cached: false }] });
  });

  it('passes its log on, free of control characters', async () => {
    const echo = `printf 'h\\303\\244llo \\033[31mred\\033[0m\\n10%%\\r100%%\\n'`;

    await builds.build({ dockerfile: `${from}\nRUN ${echo}\n`, more: { noCache: true } }, signal);

    expect(builds.lines).toEqual([expect.stringMatching(/^\[2\/2\] RUN printf/), 'hällo red', '100%']);
  });

  it('ends its log at the limit', async () => {
    const dockerfile = `${from}\nRUN yes 0123456789 | head -c 1000000\n`;

    await builds.build({ dockerfile, limits: { logBytes: 1_024 }, more: { noCache: true } }, signal);

    expect(builds.lines.at(-1)).toMatch(/more bytes of the build log were left out: at most 1024 are kept/);
    expect(Buffer.byteLength(builds.lines.slice(0, -1).join('\n'))).toBeLessThan(1_024);
  });

  it('gets the context of its own folder, without what .dockerignore names', async () => {
    const files = {
      'app/.dockerignore': 'secret*\n**/__pycache__\nDockerfile\n.dockerignore\n',
      'app/Dockerfile': 'as the learner wrote it',
      'app/main.py': 'main',
      'app/secret.env': 'secret',
      'app/lib/__pycache__/x.pyc': 'x',
      'app/lib/x.py': 'x',
      'other.txt': 'other',
    };
    const dockerfile = `${from}\nCOPY . /app/\nRUN cd /app && find . -type f | sort\n`;
    const plan = { context: 'app', dockerfilePath: 'app/Dockerfile' };

    await builds.build({ dockerfile, files, plan, more: { noCache: true } }, signal);

    // The builder reads the Dockerfile in the context and nowhere else, so one that is kept out is sent by another name.
    expect(builds.lines.slice(2)).toEqual(['./.labgrader.dockerfile', './lib/x.py', './main.py']);
  });

  it('gets no file that is not there at home', async () => {
    const files = { Dockerfile: 'as the learner wrote it', 'main.py': 'main' };
    const dockerfile = `${from}\nCOPY . /app/\nRUN cd /app && find . -type f | sort\n`;

    await builds.build({ dockerfile, files, more: { noCache: true } }, signal);

    expect(builds.lines.slice(2)).toEqual(['./Dockerfile', './main.py']);
  });

  it('has build arguments, labels and a target', async () => {
    const dockerfile = `${from} AS first\nARG WORD\nRUN test "$WORD" = "a b"\nFROM first AS second\nRUN false\n`;
    const plan = {
      args: { WORD: 'a b' },
      labels: { theirs: 'x', 'labgrader.test': 'forged' },
      target: 'first',
    };

    const id = await builds.image({ dockerfile, plan }, signal);

    const { Config } = await docker.getImage(id).inspect();
    expect(Config.Labels).toEqual({ theirs: 'x', 'labgrader.test': `build-${process.pid}` });
  });

  it('has no network', async () => {
    const dockerfile = `${from}\nRUN ls /sys/class/net\n`;

    await builds.build({ dockerfile, more: { noCache: true } }, signal);

    expect(builds.lines.slice(1)).toEqual(['lo']);
  });

  it('leaves its cache in bounds that are asked for', async () => {
    expect(await pruneBuildCache(docker, 1e15)).toBe(0);
  });
});
