import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';

/** What a lab has to see of a container that runs, by Engine calls alone and at the engine's own pace. */
export interface BareWatching {
  readonly options?: Docker.ContainerCreateOptions;
  readonly watch: (container: Docker.Container, answers: () => Promise<void>) => Promise<void>;
}

const SECOND = 1e9;
const POLL_MS = 20;
const LONGEST_MS = 60_000;

/** Healthy, then unhealthy with its processes frozen, then healthy again, asked each second as a run is. */
const HEALTH: BareWatching = {
  options: { Healthcheck: { Interval: SECOND, Timeout: 4 * SECOND, Retries: 2 } },
  async watch(container) {
    await turnsTo(container, 'healthy');
    await signalAll(container, 'STOP');
    await turnsTo(container, 'unhealthy');
    await signalAll(container, 'CONT');
    await turnsTo(container, 'healthy');
  },
};

/** An end and a new start until it answers again, twice. */
const RESTART: BareWatching = {
  async watch(container, answers) {
    for (let crash = 1; crash <= 2; crash++) {
      await container.restart({ t: 0 });
      await answers();
    }
  },
};

/** Killed from outside, until the engine has seen its end. */
const END: BareWatching = {
  async watch(container) {
    const ended = container.wait();
    await container.kill({ signal: 'SIGKILL' });
    await ended;
  },
};

const STOP: BareWatching = {
  async watch(container) {
    await container.stop({ t: 10 });
  },
};

/** By lab: what its first container, its second one and so on are there for. */
export const BARE_WATCHING: Readonly<Record<string, readonly BareWatching[]>> = {
  'exit-immediately': [END],
  zombies: [STOP],
  production: [HEALTH, RESTART],
};

/** The first process can be stopped only from outside, the others by one of their own. */
async function signalAll(container: Docker.Container, name: string): Promise<void> {
  await container.kill({ signal: `SIG${name}` });
  const exec = await container.exec({ Cmd: ['sh', '-c', `kill -${name} -1`] });
  const output = await exec.start({});
  output.resume();
  await new Promise((resolve) => output.once('end', resolve));
}

async function turnsTo(container: Docker.Container, wanted: string): Promise<void> {
  const until = performance.now() + LONGEST_MS;
  while (performance.now() < until) {
    const { State } = await container.inspect();
    if (State.Health?.Status === wanted) return;
    await sleep(POLL_MS);
  }
  throw new Error(`the bare container did not turn ${wanted}`);
}
