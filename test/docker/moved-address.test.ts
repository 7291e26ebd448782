import type Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BenchPool } from '../../src/adapters/docker/bench-pool.ts';
import { testBases, testEngine, testPool } from './support/engine.ts';
import { bringUp, planOf, runInside, toolboxFiles } from './support/toolbox.ts';

const signal = AbortSignal.timeout(280_000);
/** Each life that ends early makes the engine wait twice as long before the next one: time for another to move in. */
const EARLY_ENDS = 6;

let docker: Docker;
let pool: BenchPool;
let bases: ReadonlyMap<string, string>;

beforeAll(async () => {
  docker = testEngine();
  bases = await testBases(docker);
  pool = await testPool(docker, 1);
});

afterAll(async () => {
  await pool[Symbol.asyncDispose]();
});

it('asks a restarted container where it is now, not where another one has moved in meanwhile', async () => {
  const files = toolboxFiles(['    restart: always', '    labels: { which: api }']);
  await using bench = await pool.take('moved', signal);
  const stack = await bringUp(bench, files, planOf(files, bases), signal);
  const container = stack.container('api');
  await runInside(container, 'pass', signal);
  const before = container.address;
  const [listed] = await docker.listContainers({ filters: { label: ['labgrader.run=moved'] } });
  const network = Object.keys(listed?.NetworkSettings.Networks ?? {})[0] ?? '';
  const intruder = await docker.createContainer({
    Image: bases.get('python:3.11-slim') ?? '',
    Cmd: ['sleep', '120'],
    HostConfig: { NetworkMode: network },
    // Goes with the run.
    Labels: listed?.Labels ?? {},
  });
  try {
    for (let life = 1; life <= EARLY_ENDS; life++) {
      const [main] = (await container.processes(signal)).filter(({ pid }) => pid === 1);
      if (main === undefined) throw new Error('the container has no first process');
      const died = container.ended(signal);
      await container.signal([main], 'SIGKILL', signal);
      await died;
      if (life === EARLY_ENDS) {
        await intruder.start();
      } else {
        await expect
          .poll(async () => (await container.state(signal)).status, { timeout: 20_000 })
          .toBe('running');
      }
    }
    await expect
      .poll(async () => (await container.state(signal)).status, { timeout: 20_000 })
      .toBe('running');
    const probe = { method: 'POST', path: '/', headers: {}, body: 'print(7)', timeoutMs: 2_000 };
    await expect
      .poll(async () => (await container.request(8000, probe, signal)).ok, { timeout: 20_000, interval: 200 })
      .toBe(true);

    expect((await intruder.inspect()).NetworkSettings.Networks[network]?.IPAddress).toBe(before);
    expect(container.address).not.toBe(before);
  } finally {
    await intruder.remove({ force: true });
  }
});
