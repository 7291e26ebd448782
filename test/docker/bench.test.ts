import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchPool } from '../../src/adapters/docker/bench-pool.ts';
import { GraderFault } from '../../src/core/grader-fault.ts';
import { testBases, testEngine, testPool } from './support/engine.ts';
import { bringUp, planOf, runInside, toolboxFiles } from './support/toolbox.ts';

const signal = AbortSignal.timeout(280_000);

describe('a bench', () => {
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

  /** Everything in the engine that belongs to a run. */
  async function leftOf(run: string): Promise<readonly string[]> {
    const filters = { label: [`labgrader.run=${run}`] };
    const containers = await docker.listContainers({ all: true, filters });
    const volumes = await docker.listVolumes({ filters });
    const networks = await docker.listNetworks({ filters });
    const images = await docker.listImages({ filters: JSON.stringify(filters) });
    return [
      ...containers.map(({ Id }) => `container ${Id}`),
      ...volumes.Volumes.map(({ Name }) => `volume ${Name}`),
      ...networks.map(({ Name }) => `network ${Name}`),
      ...images.map(({ Id }) => `image ${Id}`),
    ];
  }

  it('leaves nothing of a run behind, whatever the plan named', async () => {
    const files = toolboxFiles([
      '    volumes: ["data:/data", "/cache"]',
      '    networks: [front, back]',
      '  other:',
      '    image: python:3.11-slim',
      '    command: ["sleep", "60"]',
      '    networks: [back]',
      'volumes: { data: {} }',
      'networks: { front: {}, back: {} }',
    ]);
    const bench = await pool.take('tidy', signal);
    const stack = await bringUp(bench, files, planOf(files, bases), signal);
    const found = await runInside(
      stack.container('api'),
      "import socket; print(socket.gethostbyname('other'))",
      signal,
    );
    await bench[Symbol.asyncDispose]();
    // Taking it again waits until it was cleared.
    await (await pool.take('next', signal))[Symbol.asyncDispose]();

    expect(found.err).toBe('');
    expect(found.out).toMatch(/^\d+\.\d+\.\d+\.\d+\n$/);
    expect(await leftOf('tidy')).toEqual([]);
  });

  it('says that memory ended a process of a container, and not something else', async () => {
    const files = toolboxFiles();
    await using bench = await pool.take('memory', signal);
    const stack = await bringUp(bench, files, planOf(files, bases), signal);
    const container = stack.container('api');
    const ran = await runInside(container, 'x = bytearray(300_000_000)', signal).catch(() => undefined);

    expect(ran?.code ?? 137).not.toBe(0);
    // The engine hears of it by another way than of the end, maybe later.
    await expect
      .poll(() => container.events().map(({ action }) => action), { timeout: 20_000 })
      .toContain('oom');
  });

  it('says of each end whether memory was the cause', async () => {
    const runs = (name: string, code: string): string[] => [
      `  ${name}:`,
      '    image: python:3.11-slim',
      `    command: ["python3", "-c", ${JSON.stringify(code)}]`,
    ];
    const files = toolboxFiles([
      ...runs('greedy', 'x = bytearray(300_000_000)'),
      ...runs('killed', 'import sys; sys.exit(137)'),
    ]);
    await using bench = await pool.take('ends', signal);
    const stack = await bringUp(bench, files, planOf(files, bases), signal);
    const greedy = await stack.container('greedy').ended(signal);
    const killed = await stack.container('killed').ended(signal);

    expect(greedy).toMatchObject({ exitCode: 137, oomKilled: true });
    expect(killed).toMatchObject({ exitCode: 137, oomKilled: false });
  });

  it('survives a fork bomb and a flood of output', async () => {
    const files = toolboxFiles();
    await using bench = await pool.take('bombs', signal);
    const stack = await bringUp(bench, files, planOf(files, bases), signal);
    const container = stack.container('api');
    const forks = await runInside(
      container,
      `
import os, time
made = 0
try:
    for _ in range(1000):
        if os.fork() == 0:
            time.sleep(2)
            os._exit(0)
        made += 1
except OSError:
    pass
print(made)
`,
      signal,
    );
    expect(Number(forks.out)).toBeLessThan(64);

    const flood =
      "import os\nf = os.open('/proc/1/fd/1', os.O_WRONLY)\nfor _ in range(400): os.write(f, b'x' * 99_999 + b'\\n')";
    await stack.down();
    const fresh = await bringUp(bench, files, planOf(files, bases), signal);
    await runInside(fresh.container('api'), flood, signal);
    const log = await fresh.container('api').log(signal);
    expect(log.truncated).toBe(true);
    expect(log.lines.join('\n').length).toBeLessThanOrEqual(300_000);
  });

  it('tells a command that is not there as the engine does, and starts nothing that waits for it', async () => {
    const files = toolboxFiles([
      '    depends_on: [broken]',
      '  broken:',
      '    image: python:3.11-slim',
      '    command: ["no-such-command"]',
    ]);
    await using bench = await pool.take('broken', signal);
    const stack = await bringUp(bench, files, planOf(files, bases), signal);

    const broken = await stack.container('broken').state(signal);
    expect(broken.status).toBe('refused');
    expect(broken.startError).toContain('no-such-command');
    const waiting = await stack.container('api').state(signal);
    expect(waiting).toMatchObject({ status: 'refused', startError: '' });
    expect(waiting.waitedFor?.byTime).toBe(false);
    expect(waiting.waitedFor?.words).toMatch(
      /^broken \(service_started\), which the engine didn't start: .*no-such/,
    );
  });

  it('is made anew when its prober was killed, and the run that met it is a fault', async () => {
    const bench = await pool.take('killed', signal);
    const probers = await docker.listContainers({
      filters: { label: ['labgrader.agent=prober', `labgrader.pool=${pool.id}`] },
    });
    const own = await Promise.all(
      probers.map(({ Id }) =>
        docker
          .getContainer(Id)
          .kill()
          .catch(() => undefined),
      ),
    );
    expect(own.length).toBeGreaterThan(0);

    await expect(bench.internet.publish('x.example.com', '{}', signal)).rejects.toThrow(GraderFault);
    await bench[Symbol.asyncDispose]();
    await using next = await pool.take('after', signal);
    expect(await next.internet.publish('x.example.com', '{}', signal)).toMatchObject({
      url: 'http://x.example.com/',
    });
  });

  it('is made anew when the inspector was killed, once for all who find it so', async () => {
    await using both = await testPool(docker, 2);
    await (await both.take('before', signal))[Symbol.asyncDispose]();
    const inspectors = (): Promise<Docker.ContainerInfo[]> =>
      docker.listContainers({
        all: true,
        filters: { label: ['labgrader.agent=inspector', `labgrader.pool=${both.id}`] },
      });
    for (const { Id } of await inspectors()) await docker.getContainer(Id).kill();

    const answers = async (run: string): Promise<string> => {
      await using bench = await both.take(run, signal);
      return await bench.isOverloaded().then(
        () => 'answers',
        () => 'fault',
      );
    };
    const after = (): Promise<readonly string[]> => Promise.all([answers('one'), answers('other')]);

    await expect.poll(after, { timeout: 60_000 }).toEqual(['answers', 'answers']);
    expect((await inspectors()).filter(({ State }) => State === 'running')).toHaveLength(1);
  });
});
