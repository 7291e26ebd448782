import type { Container } from '../app/ports/container.ts';
import type { Subject } from '../app/ports/subject.ts';

const GO_ON_MS = 5_000;

/** The other services of the plan that run, by name. */
export async function neighboursOf(subject: Subject, signal: AbortSignal): Promise<readonly Container[]> {
  const { stack, plan } = subject;
  const others = stack.services.filter((service) => service !== plan.graded);
  const containers = others.map((service) => stack.container(service));
  const states = await Promise.all(containers.map((container) => container.state(signal)));
  return containers.filter((_container, index) => states[index]?.status === 'running');
}

/** Does `body` while the engine holds these containers still, all their processes at once. */
export async function whileStandingStill<T>(
  containers: readonly Container[],
  body: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const held: Container[] = [];
  try {
    for (const container of containers) if (await container.pause(signal)) held.push(container);
    return await body();
  } finally {
    // Also when the run is being given up: nothing may be left standing still.
    for (const container of held) await container.unpause(AbortSignal.timeout(GO_ON_MS));
  }
}
