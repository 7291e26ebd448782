import type Docker from 'dockerode';
import { engineCall, removal } from './engine.ts';
import { LABEL } from './labels.ts';

/** A bench younger than this may still be about to start its prober. */
const YOUNG_MS = 120_000;

/**
 * Removes what dead workers have left in an engine. An agent ends with the worker that started it, so a bench
 * without a running agent has no worker.
 */
export async function reapStrays(docker: Docker, youngMs = YOUNG_MS): Promise<void> {
  const all = await engineCall(
    'list containers',
    docker.listContainers({ all: true, filters: { label: [LABEL.bench] } }),
  );
  const alive = new Set(
    all
      .filter(({ Labels, State }) => LABEL.agent in Labels && State === 'running')
      .map(({ Labels }) => Labels[LABEL.bench]),
  );
  const old = Date.now() - youngMs;
  const strays = all.filter(({ Labels, Created }) => !alive.has(Labels[LABEL.bench]) && Created * 1000 < old);
  await Promise.all(
    strays.map(({ Id }) => removal('reap', docker.getContainer(Id).remove({ force: true, v: true }))),
  );
  const networks = await engineCall(
    'list networks',
    docker.listNetworks({ filters: { label: [LABEL.bench] } }),
  );
  for (const { Id, Labels, Created } of networks) {
    if (alive.has(Labels?.[LABEL.bench] ?? '') || Date.parse(Created) > old) continue;
    // Something may be joining it right now: then it isn't a stray, and the engine refuses.
    await engineCall(
      'reap',
      docker
        .getNetwork(Id)
        .remove()
        .catch(() => undefined),
    );
  }
  await reapVolumesAndImages(docker, alive);
}

async function reapVolumesAndImages(docker: Docker, alive: ReadonlySet<string | undefined>): Promise<void> {
  const { Volumes } = await engineCall(
    'list volumes',
    docker.listVolumes({ filters: { label: [LABEL.bench] } }),
  );
  for (const { Name, Labels } of Volumes) {
    if (alive.has(Labels[LABEL.bench])) continue;
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
    if (alive.has(Labels[LABEL.bench])) continue;
    await engineCall(
      'reap',
      docker
        .getImage(Id)
        .remove({ force: true })
        .catch(() => undefined),
    );
  }
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
