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
    // Something may be joining it right now: then it isn't a stray, and the engine refuses.
    await engineCall(
      'reap',
      docker
        .getNetwork(Id)
        .remove()
        .catch(() => undefined),
    );
  }
  for (const bench of await reapVolumesAndImages(docker, alive)) found.add(bench);
  return found;
}

/** @returns the benches that any of them belonged to. */
async function reapVolumesAndImages(
  docker: Docker,
  alive: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const { Volumes } = await engineCall(
    'list volumes',
    docker.listVolumes({ filters: { label: [LABEL.bench] } }),
  );
  for (const { Name, Labels } of Volumes) {
    if (alive.has(benchOf(Labels))) continue;
    await engineCall(
      'reap',
      docker
        .getVolume(Name)
        .remove()
        .catch(() => undefined),
    );
  }
  const images = await engineCall(
    'list images',
    docker.listImages({ filters: JSON.stringify({ label: [LABEL.bench] }) }),
  );
  for (const { Id, Labels } of images) {
    if (alive.has(benchOf(Labels))) continue;
    await engineCall(
      'reap',
      docker
        .getImage(Id)
        .remove({ force: true })
        .catch(() => undefined),
    );
  }
  return new Set([...Volumes, ...images].map(({ Labels }) => benchOf(Labels)));
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
