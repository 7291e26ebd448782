import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';

const CGROUPS = '/sys/fs/cgroup';

/** What the engine's books still hold of a Compose project: containers, networks, volumes and the images built for it. */
export async function heldOf(docker: Docker, project: string): Promise<readonly string[]> {
  const filters = { label: [`com.docker.compose.project=${project}`] };
  const [containers, networks, volumes, images] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
    docker.listImages({ filters: JSON.stringify(filters) }),
  ]);
  return [
    ...containers.map(({ Names }) => `container ${Names.join()}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...volumes.Volumes.map(({ Name }) => `volume ${Name}`),
    ...images.map(({ Id, RepoTags }) => `image ${RepoTags?.[0] ?? Id}`),
  ];
}

/**
 * What the machine's kernel still holds of containers, whatever the engine says: their control groups with all below
 * them, and processes in those. Empty where the engine is on another machine.
 */
export async function livingOf(containers: readonly string[]): Promise<readonly string[]> {
  const isTheirs = (text: string): boolean => containers.some((id) => text.includes(id));
  const groups = await groupsBelow(CGROUPS, isTheirs);
  const processes: string[] = [];
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid)) continue;
    const groupsOfIt = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
    if (isTheirs(groupsOfIt)) processes.push(`process ${pid}`);
  }
  return [...groups, ...processes];
}

async function groupsBelow(folder: string, isWanted: (name: string) => boolean): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    if (isWanted(entry.name)) found.push(`control group ${path}`);
    else found.push(...(await groupsBelow(path, isWanted)));
  }
  return found;
}
