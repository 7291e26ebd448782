import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchPool } from '../../src/adapters/docker/bench-pool.ts';
import type { Bench, BuildOutcome } from '../../src/app/ports/bench.ts';
import { testBases, testEngine, testPool } from './support/engine.ts';

const signal = AbortSignal.timeout(280_000);

describe('a build on a bench', () => {
  let pool: BenchPool;
  let bench: Bench;
  let base: string;

  beforeAll(async () => {
    const docker = testEngine();
    base = (await testBases(docker)).get('python:3.11-slim') ?? '';
    pool = await testPool(docker, 1);
    bench = await pool.take(`build-limits-${process.pid}`, signal);
  });

  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
    await pool[Symbol.asyncDispose]();
  });

  const build = (code: string): Promise<BuildOutcome> => {
    const dockerfile = `FROM ${base}\nRUN ["python3", "-c", ${JSON.stringify(code)}]\n`;
    const plan = { context: '.', dockerfilePath: 'Dockerfile', dockerfile, args: {}, labels: {} };
    const limits = { buildSeconds: 60, logBytes: 10_000, imageMiB: 2_048 };
    return bench.build({ plan, context: new Map(), limits, onLog: () => undefined }, signal);
  };

  it('that takes more memory than all builds may have says so', async () => {
    expect(await build('x = b"x" * (3 << 30)')).toMatchObject({
      ok: false,
      cause: 'memory-limit',
      failedStep: { index: 2, exitCode: 137 },
    });
  });

  it('that forks without end meets the limit on processes, and the next one is well', async () => {
    const bomb = await build('import os\nwhile True: os.fork()');
    const next = await build('print("well")');

    expect(bomb).toMatchObject({ ok: false, cause: 'failed' });
    expect(next).toMatchObject({ ok: true });
  });
});
