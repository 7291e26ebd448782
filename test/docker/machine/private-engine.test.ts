import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openService } from '../../../src/machine/guarded-service.ts';
import { isAlive, readIdentity, waitForEnd } from '../../../src/machine/live-process.ts';
import { findProgram } from '../../../src/machine/programs.ts';
import { connect, engineAnswers, privateEngine } from '../../../src/machine/services/private-engine.ts';

const IMAGE = 'labgrader-test/sleep:1';
const signal = AbortSignal.timeout(110_000);
const dockerd = await findProgram(['dockerd'], process.env['PATH'] ?? '');
// Starting an engine takes root on Linux; a laptop brings its own.
const possible = process.platform === 'linux' && process.getuid?.() === 0 && dockerd !== null;

describe.skipIf(!possible)('the private engine', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'labgrader-engine-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('stops with all it runs when its last user lets go', async () => {
    const recipe = privateEngine(dockerd ?? '', folder);
    const service = await openService(recipe, signal);
    const docker = connect(service.url);
    await importSleep(docker);
    const { pid } = await startSleep(docker);

    await service[Symbol.asyncDispose]();

    expect(await isAlive(pid)).toBe(false);
    expect(await engineAnswers(service.url)).toBe(false);
  });

  it('keeps its control groups apart from another engine’s, and leaves none behind', async () => {
    const recipe = privateEngine(dockerd ?? '', folder);
    const service = await openService(recipe, signal);
    const { pid } = await startSleep(connect(service.url));
    const groups = await readFile(`/proc/${pid.pid}/cgroup`, 'utf8');

    await service[Symbol.asyncDispose]();

    const group = /:\/(labgrader-[0-9a-f]+)\/[0-9a-f]{64}$/m.exec(groups)?.[1] ?? '';
    expect(group).not.toBe('');
    expect(await groupsNamed(group)).toEqual([]);
  });

  it('starts again after it was killed with a container running, and holds nothing of it', async () => {
    const recipe = privateEngine(dockerd ?? '', folder);
    const first = await openService(recipe, signal);
    const docker = connect(first.url);
    const { pid } = await startSleep(docker);
    const guard = await readIdentity(join(folder, 'guard'));
    process.kill(guard?.pid ?? 0, 'SIGKILL');
    const gone = await waitForEnd(pid, 5000);

    await using second = await openService(recipe, signal);

    const containers = await connect(second.url).listContainers({ all: true });
    const networks = await connect(second.url).listNetworks();
    expect(gone).toBe(true);
    expect(containers).toEqual([]);
    expect(networks.map(({ Name }) => Name).sort()).toEqual(['bridge', 'host', 'none']);
    await expect(startSleep(connect(second.url))).resolves.toBeDefined();
  });

  async function startSleep(docker: Docker) {
    const network = await docker.createNetwork({ Name: 'bench' });
    const container = await docker.createContainer({
      Image: IMAGE,
      Cmd: ['/sleep', '600'],
      HostConfig: { NetworkMode: network.id },
    });
    await container.start();
    // The engine counts processes in a namespace of its own; from here the sleep is found by its parent.
    const child = await findSleep(container.id);
    return { pid: child };
  }
});

/** The host's identity of a container's first process, by the control group that bears the container's name. */
async function findSleep(id: string) {
  for (const group of await groupsNamed(id)) {
    const pids = await readFile(join(group, 'cgroup.procs'), 'utf8').catch(() => '');
    const pid = Number(pids.split('\n')[0]);
    if (pid > 0) {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      return { pid, startTime: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '' };
    }
  }
  throw new Error(`no process of container ${id} is seen on this machine`);
}

/** Folders of control groups of this name, under version 1 or 2, at most three levels below a hierarchy's root. */
async function groupsNamed(name: string): Promise<string[]> {
  const found: string[] = [];
  const search = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((each) => each.isDirectory())) {
      const path = join(folder, entry.name);
      if (entry.name === name) found.push(path);
      else if (depth > 0) await search(path, depth - 1);
    }
  };
  await search('/sys/fs/cgroup', 3);
  return found;
}

/** An image of nothing but this machine's `sleep` and the libraries that it needs. */
async function importSleep(docker: Docker): Promise<void> {
  const script =
    'set -e; cd $(mktemp -d); cp -L /bin/sleep .; ldd /bin/sleep | grep -o "/[^ ]*" | xargs -n1 cp -L --parents -t .; tar -c .';
  const tar = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const answer = await docker.importImage(tar.stdout, { repo: IMAGE.split(':')[0], tag: '1' });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(answer, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
