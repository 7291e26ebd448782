import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bench, Stack } from '../../src/app/ports/bench.ts';
import type { BenchPool } from '../../src/adapters/docker/bench-pool.ts';
import type { ContainerProcess } from '../../src/app/ports/container.ts';
import { testBases, testEngine, testPool } from './support/engine.ts';
import { bringUp, planOf, runInside, toolboxFiles } from './support/toolbox.ts';

const signal = AbortSignal.timeout(110_000);

/** What a process does to what the kernel tells of it, as root inside, to be taken for something else. */
const GUISES = {
  'with a line in its name': 'name(b"\\rUid:1 1 1 1")',
  'with bytes in its name that are no text': 'name(b"a\\x85b\\x0b\\x1c\\xff) R 1")',
  'in as many groups as there can be': 'os.setgroups(range(4_000_000_000, 4_000_000_000 + 65_536))',
  'whose first thread gave up what the others keep':
    'threading.Thread(target=rest).start(); call((117, 147), 65534, 65534, 65534)',
  'whose first thread has ended': 'threading.Thread(target=outlive).start(); call((60, 93), 0)',
};

describe('a process of a learner', () => {
  let pool: BenchPool;
  let bench: Bench;
  let stack: Stack;

  beforeAll(async () => {
    const docker = testEngine();
    pool = await testPool(docker, 1);
    bench = await pool.take(`hostile-process-${process.pid}`, signal);
    stack = await bringUp(bench, toolboxFiles(), planOf(toolboxFiles(), await testBases(docker)), signal);
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
    await pool[Symbol.asyncDispose]();
  });

  /** Has it run beside the toolbox until the end, and waits until it has done what it came for. */
  async function started(mark: string, act: string): Promise<void> {
    const code = `
import ctypes, os, sys, threading, time
libc = ctypes.CDLL(None)
def name(text): libc.prctl(15, text, 0, 0, 0)
def rest(): time.sleep(600)
def ready(): open("/tmp/ready-" + sys.argv[1], "w").close()
def call(numbers, *arguments):
    # It holds for the thread that makes it; the C library would do it in every thread.
    libc.syscall(numbers[os.uname().machine == "aarch64"], *arguments)
def outlive():
    while "State:\\tZ" not in open("/proc/self/status").read(): time.sleep(0.02)
    ready()
    rest()
${act}
ready()
rest()
`;
    const ran = await runInside(
      stack.container('api'),
      `
import os, subprocess, time
hidden = subprocess.DEVNULL
subprocess.Popen(["python3", "-c", ${JSON.stringify(code)}, ${JSON.stringify(mark)}], stdout=hidden, stderr=hidden)
while not os.path.exists("/tmp/ready-" + ${JSON.stringify(mark)}): time.sleep(0.02)
`,
      signal,
    );
    expect(ran.err).toBe('');
  }

  const seen = async (mark: string): Promise<ContainerProcess | undefined> =>
    (await stack.container('api').processes(signal)).find(({ argv }) => argv.at(-1) === mark);

  it.each(Object.entries(GUISES))('%s is seen as what it is', async (mark, act) => {
    await started(mark, act);

    await expect.poll(() => seen(mark)).toMatchObject({ uids: [0, 0, 0, 0], state: 'S' });
    expect((await seen(mark))?.effectiveCapabilities).toMatch(/[1-9a-f]/);
  });
});
