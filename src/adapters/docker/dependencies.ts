import type { Container, ContainerState } from '../../app/ports/container.ts';
import type { VainWait } from '../../core/exit-code.ts';
import type { Dependency, ServicePlan } from '../../core/plan.ts';

const LOOK_AGAIN_MS = 50;

/**
 * Waits until what a service depends on is as it asks, at most until `deadline` (of `performance.now()`).
 * Says what isn't; undefined where all is well. An optional dependency is waited for and never missed.
 */
export async function unmetDependency(
  service: ServicePlan,
  containers: ReadonlyMap<string, Container>,
  deadline: number,
  signal: AbortSignal,
): Promise<VainWait | undefined> {
  for (const dependency of service.dependsOn) {
    const unmet = await wait(dependency, containers.get(dependency.service), deadline, signal);
    if (unmet !== undefined && dependency.required) return unmet;
  }
  return undefined;
}

async function wait(
  dependency: Dependency,
  container: Container | undefined,
  deadline: number,
  signal: AbortSignal,
): Promise<VainWait | undefined> {
  const what = `${dependency.service} (${dependency.condition})`;
  if (container === undefined) return { words: `${what}, which isn't there`, byTime: false };
  for (;;) {
    const state = await container.state(signal);
    const met = judge(dependency, state);
    if (met === true) return undefined;
    if (typeof met === 'string') {
      return { words: `${what}, which ${met}`, byTime: state.waitedFor?.byTime ?? false };
    }
    if (performance.now() > deadline)
      return { words: `${what}, which did not come until the start-up time was over`, byTime: true };
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    signal.throwIfAborted();
  }
}

/** True when it is as asked, false while it may still come to be, or why it never will. */
function judge({ condition }: Dependency, state: ContainerState): boolean | string {
  if (state.waitedFor !== null) return `itself waited in vain for ${state.waitedFor.words}`;
  if (state.status === 'refused') return `the engine didn't start: ${state.startError}`;
  switch (condition) {
    case 'service_started':
      return true;
    case 'service_healthy':
      if (state.status === 'exited') return `ended with exit code ${String(state.exitCode)}`;
      if (state.health === null) return state.status === 'running' ? 'has no health check' : false;
      // Asked every second, a slow start looks unhealthy for a while: only the deadline is final.
      return state.health.status === 'healthy';
    case 'service_completed_successfully':
      if (state.status !== 'exited') return false;
      return state.exitCode === 0 ? true : `ended with exit code ${String(state.exitCode)}`;
  }
}
