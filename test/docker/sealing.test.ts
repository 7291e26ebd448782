import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BenchPool } from '../../src/adapters/docker/bench-pool.ts';
import type { Bench, Stack } from '../../src/app/ports/bench.ts';
import { testBases, testEngine, testPool } from './support/engine.ts';
import { bringUp, planOf, runInside, toolboxFiles } from './support/toolbox.ts';

const signal = AbortSignal.timeout(110_000);

/** Tries to open each address at once; prints those that answered. */
function connects(targets: readonly (readonly [string, number])[]): string {
  return `
import json, socket, concurrent.futures
def answers(target):
    try:
        socket.create_connection(target, 1.5).close()
        return True
    except OSError:
        return False
targets = [tuple(target) for target in json.loads(${JSON.stringify(JSON.stringify(targets))})]
with concurrent.futures.ThreadPoolExecutor(32) as pool:
    print(json.dumps([target for target, ok in zip(targets, pool.map(answers, targets)) if ok]))
`;
}

describe('a bench is sealed', () => {
  let docker: Docker;
  let pool: BenchPool;
  let bench: Bench;
  let other: Bench;
  let stack: Stack;
  let otherStack: Stack;
  let canary: Server;
  let hits = 0;

  beforeAll(async () => {
    docker = testEngine();
    pool = await testPool(docker, 2);
    canary = createServer((socket) => {
      hits++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => canary.listen(0, '0.0.0.0', resolve));
    bench = await pool.take('sealing', signal);
    other = await pool.take('neighbour', signal);
    const bases = await testBases(docker);
    stack = await bringUp(bench, toolboxFiles(), planOf(toolboxFiles(), bases), signal);
    otherStack = await bringUp(other, toolboxFiles(), planOf(toolboxFiles(), bases), signal);
  }, 120_000);

  afterAll(async () => {
    canary.close();
    await bench[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
    await pool[Symbol.asyncDispose]();
  });

  it('lets nothing of the host, of other benches, of a cloud or of the internet be reached, even by root', async () => {
    const address = canary.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const hostAddresses = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ family }) => family === 'IPv4')
      .map((entry) => entry.address)
      .filter((entry) => !entry.startsWith('127.'));
    const networks = await docker.listNetworks();
    const gateways = networks.flatMap(({ IPAM }) => IPAM?.Config?.map(({ Gateway }) => Gateway) ?? []);
    const machines = [...new Set([...hostAddresses, ...gateways, '172.17.0.1'])].filter(
      (entry) => entry !== undefined,
    );
    const services = ['DATABASE_URL', 'REDIS_URL'].flatMap((name) => {
      const url = process.env[name];
      return url === undefined ? [] : [Number(new URL(url).port)];
    });
    const targets = [
      ...machines.flatMap((host) =>
        [port, 22, 2375, 2376, 5432, 6379, ...services].map((at) => [host, at] as const),
      ),
      ['169.254.169.254', 80] as const,
      ['1.1.1.1', 443] as const,
      ['93.184.215.14', 443] as const,
      [otherStack.container('api').address ?? '', 8000] as const,
    ];
    const ran = await runInside(stack.container('api'), connects(targets), signal);

    expect(ran.err).toBe('');
    expect(JSON.parse(ran.out)).toEqual([]);
    expect(hits).toBe(0);
  });

  it('has a canary that would notice', async () => {
    const address = canary.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { createConnection } = await import('node:net');
    await new Promise<void>((resolve) => {
      createConnection(port, '127.0.0.1').on('close', resolve).resume();
    });

    expect(hits).toBe(1);
  });

  it('leaves a process neither the rights nor the means to change that', async () => {
    const code = `
import socket, os, subprocess
tries = {
  'raw socket': lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
  'mount': lambda: subprocess.run(['mount', '-t', 'tmpfs', 'none', '/mnt'], check=True, capture_output=True),
  'device': lambda: os.mknod('/tmp/sda', 0o60600, os.makedev(8, 0)),
  'engine socket': lambda: os.stat('/var/run/docker.sock'),
  'new user namespace': lambda: subprocess.run(['unshare', '-Ur', 'true'], check=True, capture_output=True),
  'core pattern': lambda: open('/proc/sys/kernel/core_pattern', 'w').write('|/x'),
  'cgroup': lambda: open('/sys/fs/cgroup/memory/release_agent', 'w').write('/x'),
}
for name, attempt in tries.items():
    try:
        attempt()
        print(name)
    except (OSError, subprocess.CalledProcessError):
        pass
`;
    const ran = await runInside(stack.container('api'), code, signal);

    expect(ran).toEqual({ code: 0, out: '', err: '' });
  });

  it('answers DNS by its own records on the well-known resolvers, and tells who asked', async () => {
    const upstream = await bench.internet.publish('price.example.com', '{"nonce":"n1"}', signal);
    const code = `
import urllib.request
print(urllib.request.urlopen('http://price.example.com/quote', timeout=5).read().decode())
`;
    const ran = await runInside(stack.container('api'), code, signal);
    const queries = await bench.internet.queries(signal);

    expect(ran.out.trim()).toBe('{"nonce":"n1"}');
    expect(queries.filter(({ name }) => name === 'price.example.com').map(({ client }) => client)).toContain(
      stack.container('api').address,
    );
    expect(await upstream.hits(signal)).toEqual([stack.container('api').address]);
  });
});
