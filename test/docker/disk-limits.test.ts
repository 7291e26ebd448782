import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bench, BuildOutcome } from '../../src/app/ports/bench.ts';
import type { BenchPool } from '../../src/adapters/docker/bench-pool.ts';
import { DockerStack } from '../../src/adapters/docker/docker-stack.ts';
import { GraderFault } from '../../src/core/grader-fault.ts';
import { Limits } from '../../src/core/scenario.ts';
import { waitUntil } from '../integration/support/wait-until.ts';
import { testBases, testEngine, testPool } from './support/engine.ts';
import { bringUp, planOf, toolboxFiles } from './support/toolbox.ts';

const MIB = 1_048_576;
const signal = AbortSignal.timeout(280_000);
const LIMITS = Limits.parse({ memoryMiB: 256, diskMiB: 96, startSeconds: 60, buildSeconds: 60 });

/** Ways to hold disk, as the container's first process. None of them ends by itself. */
const WAYS = {
  'files beside its image':
    'n = 0\nwhile True:\n    n += 1\n    open(f"/f{n % 40}", "wb").write(b"x" * (16 << 20))\n',
  'files without a name': [
    'import os, time',
    'held = []',
    'for n in range(20):',
    '    f = open("/hidden", "wb"); f.write(b"x" * (16 << 20)); f.flush(); os.unlink("/hidden"); held.append(f)',
    'while True: time.sleep(1)',
  ].join('\n'),
  'files without a name, called as memory is': [
    'import os, time',
    'held = []',
    'for n in range(20):',
    '    f = open("/memfd:x", "wb"); f.write(b"x" * (16 << 20)); f.flush(); os.unlink("/memfd:x"); held.append(f)',
    'while True: time.sleep(1)',
  ].join('\n'),
  'files without a name that are mapped and no longer open': [
    'import ctypes, os, time',
    'libc = ctypes.CDLL(None)',
    'libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]',
    'for n in range(20):',
    '    f = os.open("/hidden", os.O_RDWR | os.O_CREAT); os.write(f, b"x" * (16 << 20)); os.unlink("/hidden")',
    '    libc.mmap(None, 4096, 1, 1, f, 0); os.close(f)',
    'while True: time.sleep(1)',
  ].join('\n'),
  'a volume of its own':
    'n = 0\nwhile True:\n    n += 1\n    open(f"/data/f{n % 40}", "wb").write(b"x" * (16 << 20))\n',
  'a volume of its image':
    'n = 0\nwhile True:\n    n += 1\n    open(f"/kept/f{n % 40}", "wb").write(b"x" * (16 << 20))\n',
};

describe('the disk of an engine', () => {
  let pool: BenchPool;
  let bases: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const docker = testEngine();
    bases = await testBases(docker);
    pool = await testPool(docker, 2, { buildBytes: 128 * MIB, floorBytes: 64 * MIB });
  });
  afterAll(() => pool[Symbol.asyncDispose]());

  function buildOf(bench: Bench, dockerfile: string): Promise<BuildOutcome> {
    const plan = { context: '.', dockerfilePath: 'Dockerfile', dockerfile, args: {}, labels: {} };
    return bench.build({ plan, context: new Map(), limits: LIMITS, onLog: () => undefined }, signal);
  }

  it('is not filled by a build: it is stopped, and the limit is named', async () => {
    await using bench = await pool.take(`disk-build-${process.pid}`, signal);
    const base = bases.get('python:3.11-slim') ?? '';
    const code = 'f = open("/x", "wb")\nwhile True: f.write(b"x" * (1 << 20))';
    const outcome = await buildOf(bench, `FROM ${base}\nRUN ["python3", "-c", ${JSON.stringify(code)}]\n`);

    expect(outcome).toMatchObject({ ok: false, cause: 'disk-limit', failedStep: { index: 2 } });
    expect(outcome.ok ? '' : outcome.message).toContain('more than 128 MiB to disk (limit BUILD_DISK_MIB)');
  });

  it.each(Object.entries(WAYS))('is not filled by a run with %s', async (_way, code) => {
    await using bench = await pool.take(`disk-run-${process.pid}`, signal);
    const compose = [
      '    volumes: ["data:/data", "/kept"]',
      `    command: ["python3", "-c", ${JSON.stringify(code)}]`,
    ];
    const files = toolboxFiles([...compose, 'volumes: { data: {} }']);
    const plan = planOf(files, bases);
    const image = { id: bases.get('python:3.11-slim') ?? '' };
    const images = new Map(plan.services.map(({ name }) => [name, image]));
    await bench.up({ plan, images, limits: LIMITS, files, environment: {} }, signal);

    await waitUntil('the limit is met', () => Promise.resolve(bench.overgrown.aborted), 90_000, 100);
  });

  it('is not what files in memory take, with a name or without', async () => {
    await using bench = await pool.take(`disk-memory-${process.pid}`, signal);
    const code = [
      'import mmap, os, time',
      'held = [os.memfd_create("x"), os.open("/dev/shm/x", os.O_RDWR | os.O_CREAT)]',
      'for f in held: os.write(f, b"x" * (40 << 20))',
      'os.unlink("/dev/shm/x")',
      'held.append(mmap.mmap(-1, 40 << 20))',
      'print("held", flush=True)',
      'while True: time.sleep(1)',
    ].join('\n');
    const files = toolboxFiles([`    command: ["python3", "-c", ${JSON.stringify(code)}]`]);
    const stack = await bringUp(bench, files, planOf(files, bases), signal);
    const container = stack.container('api');
    const isHeld = async (): Promise<boolean> => (await container.log(signal)).lines.includes('held');
    await waitUntil('they are held', isHeld, 60_000, 100);

    if (!(stack instanceof DockerStack)) throw new Error('a bench gives another stack');
    expect(await stack.writtenBytes(signal)).toBeLessThan(MIB);
  });

  it('is left to others where it is nearly full: nothing is graded', async () => {
    await using strict = await testPool(testEngine(), 1, {
      buildBytes: MIB,
      floorBytes: Number.MAX_SAFE_INTEGER,
    });
    const taken = strict.take(`disk-floor-${process.pid}`, signal);

    await expect(taken).rejects.toBeInstanceOf(GraderFault);
    await expect(taken).rejects.toThrow('ENGINE_DISK_FLOOR_MIB');
  });
});
