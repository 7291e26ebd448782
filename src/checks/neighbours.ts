import type { Container, ContainerProcess } from '../app/ports/container.ts';
import { ContainerGone } from '../app/ports/container-gone.ts';
import type { Subject } from '../app/ports/subject.ts';

/** What was begun while a container was being stopped is stopped at the next look. */
const MOST_LOOKS = 5;
const GO_ON_MS = 5_000;

/** The other services of the plan that run, by name. */
export async function neighboursOf(subject: Subject, signal: AbortSignal): Promise<readonly Container[]> {
  const { stack, plan } = subject;
  const others = stack.services.filter((service) => service !== plan.graded);
  const containers = others.map((service) => stack.container(service));
  const states = await Promise.all(containers.map((container) => container.state(signal)));
  return containers.filter((_container, index) => states[index]?.status === 'running');
}

/** Does `body` while every process of these containers stands still. */
export async function whileStandingStill<T>(
  containers: readonly Container[],
  body: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const stopped = new Map<Container, readonly ContainerProcess[]>();
  try {
    for (const container of containers) await stopAll(container, stopped, signal);
    return await body();
  } finally {
    // Also when the run is being given up: nothing may be left standing still.
    const ending = AbortSignal.timeout(GO_ON_MS);
    for (const [container, processes] of stopped) await container.signal(processes, 'SIGCONT', ending);
  }
}

async function stopAll(
  container: Container,
  stopped: Map<Container, readonly ContainerProcess[]>,
  signal: AbortSignal,
): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look++) {
    const moving = (await processesOf(container, signal)).filter(
      ({ state }) => state !== 'Z' && state !== 'T',
    );
    if (moving.length === 0) return;
    stopped.set(container, [...(stopped.get(container) ?? []), ...moving]);
    await container.signal(moving, 'SIGSTOP', signal);
  }
}

/** None where it ended meanwhile: how a neighbour fares is said of it elsewhere, and what has ended answers nobody. */
async function processesOf(container: Container, signal: AbortSignal): Promise<readonly ContainerProcess[]> {
  try {
    return await container.processes(signal);
  } catch (error) {
    if (error instanceof ContainerGone) return [];
    throw error;
  }
}
