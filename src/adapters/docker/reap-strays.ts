import type Docker from 'dockerode';
import { engineCall, removal } from './engine.ts';
import { LABEL } from './labels.ts';

/** A bench younger than this may still be about to start its prober. */
export const YOUNG_MS = 120_000;

/**
 * Removes what dead workers have left in an engine. An agent ends with the worker that started it, so a bench
 * without a running agent has no worker. Of the benches that are known to be `dead` everything goes, however young.
 * @returns the benches of which something was there.
 */
export async function reapStrays(
  docker: Docker,
  youngMs = YOUNG_MS,
  dead: ReadonlySet<string> = new Set(),
): Promise<ReadonlySet<string>> {
  // What a run has is listed before the agents: a bench of which something was seen here has its agent by then.
  const { volumes, images } = await volumesAndImages(docker);
  const all = await engineCall(
    'list containers',
    docker.listContainers({ all: true, filters: { label: [LABEL.bench] } }),
  );
  const alive = new Set(
    all
      .filter(({ Labels, State }) => LABEL.agent in Labels && State === 'running')
      .map(({ Labels }) => benchOf(Labels))
      .filter((bench) => !dead.has(bench)),
  );
  const found = new Set(all.map(({ Labels }) => benchOf(Labels)));
  const old = Date.now() - youngMs;
  const isStray = (bench: string, createdMs: number): boolean =>
    dead.has(bench) || (!alive.has(bench) && createdMs < old);
  const strays = all.filter(({ Labels, Created }) => isStray(benchOf(Labels), Created * 1000));
  await Promise.all(
    strays.map(({ Id }) => removal('reap', docker.getContainer(Id).remove({ force: true, v: true }))),
  );
  const networks = await engineCall(
    'list networks',
    docker.listNetworks({ filters: { label: [LABEL.bench] } }),
  );
  for (const { Id, Labels, Created } of networks) {
    found.add(benchOf(Labels));
    if (!isStray(benchOf(Labels), Date.parse(Created))) continue;
    // Something may be joining it right now.
    await reap(docker.getNetwork(Id).remove());
  }
  for (const { Name, Labels } of volumes) {
    found.add(benchOf(Labels));
    if (!alive.has(benchOf(Labels))) await reap(docker.getVolume(Name).remove());
  }
  for (const { Id, Labels } of images) {
    found.add(benchOf(Labels));
    if (!alive.has(benchOf(Labels))) await reap(docker.getImage(Id).remove({ force: true }));
  }
  return found;
}

/** What is in use just now is refused by the engine: then it isn't a stray, or the next look finds it. */
async function reap(removing: Promise<unknown>): Promise<void> {
  await engineCall(
    'reap',
    removing.catch(() => undefined),
  );
}

async function volumesAndImages(docker: Docker) {
  const { Volumes } = await engineCall(
    'list volumes',
    docker.listVolumes({ filters: { label: [LABEL.bench] } }),
  );
  const images = await engineCall(
    'list images',
    docker.listImages({ filters: JSON.stringify({ label: [LABEL.bench] }) }),
  );
  return { volumes: Volumes, images };
}

function benchOf(labels: Readonly<Record<string, string>> | undefined): string {
  return labels?.[LABEL.bench] ?? '';
}

/** Removes all containers with a label, running or not. */
export async function removeContainers(docker: Docker, label: string): Promise<void> {
  const containers = await engineCall(
    'list containers',
    docker.listContainers({ all: true, filters: { label: [label] } }),
  );
  await Promise.all(
    containers.map(({ Id }) => removal('remove', docker.getContainer(Id).remove({ force: true, v: true }))),
  );
}
