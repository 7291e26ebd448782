import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';
import type { ServiceRecipe } from '../guarded-service.ts';
import { withDeathSignal } from './death-signal.ts';

const INIT = fileURLToPath(new URL('engine-init.sh', import.meta.url));

/**
 * A Docker engine of our own below `folder`. Needs root on Linux.
 *
 * It lives in network, process and mount namespaces of its own. So it disturbs no other engine's bridges and
 * packet filter and is not disturbed by what a dead one left; and when its first process ends, however it
 * ends, the kernel ends every container, shim, mount and bridge with it. Its containers reach no network
 * outside, which grading doesn't want either; its API is a unix socket.
 */
export function privateEngine(dockerd: string, folder: string): ServiceRecipe {
  const data = join(folder, 'data');
  // Socket paths may have about 100 bytes, and the engine's own runtime folder holds sockets too.
  const identity = `labgrader-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;
  const runtime = join('/run', identity);
  const socket = join(runtime, 'docker.sock');
  return {
    name: 'Docker engine',
    folder,
    stop: 'file',
    graceSeconds: 15,
    readyTimeoutMs: 60_000,
    async prepare() {
      await removeDeadGroups(identity);
      // A pid file that a killed engine left names a process of its own namespace; here it may be anybody's.
      await rm(runtime, { recursive: true, force: true });
      await mkdir(runtime, { recursive: true, mode: 0o700 });
      await mkdir(data, { recursive: true });
      const namespaces = ['unshare', '--net', '--pid', '--mount', '--mount-proc', '--fork', '--kill-child'];
      const engine = [
        ...['--host', `unix://${socket}`, '--data-root', data, '--exec-root', join(runtime, 'exec')],
        // systemd could not make out the process numbers of another namespace.
        ...['--exec-opt', 'native.cgroupdriver=cgroupfs'],
        // Limits on the builds of one engine must not meet those of another.
        ...['--cgroup-parent', `/${identity}`],
        ...['--pidfile', join(runtime, 'docker.pid'), '--shutdown-timeout', '3', '--log-level', 'warn'],
      ];
      const init = ['sh', INIT, join(folder, 'stop'), ...engine];
      const path = `PATH=${join(dockerd, '..')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
      return {
        command: await withDeathSignal('KILL', [...namespaces, 'env', path, ...init]),
        url: `unix://${socket}`,
      };
    },
    answers: engineAnswers,
    afterStart: removeRemains,
    async afterStop() {
      await rm(runtime, { recursive: true, force: true });
      await removeDeadGroups(identity);
    },
  };
}

/** Whether an engine answers at `unix://…` or `tcp://…` within three seconds. */
export async function engineAnswers(url: string, signal?: AbortSignal): Promise<boolean> {
  const deadline = AbortSignal.timeout(3000);
  try {
    await connect(url).listImages({ abortSignal: signal ? AbortSignal.any([signal, deadline]) : deadline });
    return true;
  } catch {
    return false;
  }
}

/** A client for the engine at `unix://…` or `tcp://…`. */
export function connect(url: string): Docker {
  const { protocol, pathname, hostname, port } = new URL(url);
  if (protocol === 'unix:') return new Docker({ socketPath: pathname });
  return new Docker({ protocol: 'http', host: hostname, port: Number(port || 2375) });
}

/** Removes what runs of a killed engine left in its books. Images, volumes and the build cache stay. */
async function removeRemains(url: string): Promise<void> {
  const docker = connect(url);
  for (const { Id } of await docker.listContainers({ all: true })) {
    await docker.getContainer(Id).remove({ force: true, v: true });
  }
  await docker.pruneNetworks();
}

/** Removes the control groups that containers and builds of an engine that is gone have left; those in use stay. */
async function removeDeadGroups(parent: string): Promise<void> {
  const root = '/sys/fs/cgroup';
  for (const each of ['.', ...(await readdir(root).catch(() => []))])
    await removeGroup(join(root, each, parent));
}

/** A control group can be removed when nothing runs in it or below it; its files aren't in the way. */
async function removeGroup(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeGroup(join(folder, entry.name));
  await rmdir(folder).catch(() => undefined);
}
