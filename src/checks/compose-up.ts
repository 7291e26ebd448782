import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { ContainerState } from '../app/ports/container.ts';
import type { Subject } from '../app/ports/subject.ts';
import type { Evidence } from '../core/evidence.ts';
import { whyNeverStarted } from '../core/exit-code.ts';
import { exitEvidence, logEvidence } from '../core/run-evidence.ts';
import { byTimeOf, failed, type Findings, passed, plural, seconds, timelineEvidence } from './outcome.ts';
import { waitFor } from './wait-for.ts';

const Parameters = z.strictObject({
  /** Services that have to be declared, by name. Whatever else is declared has to come up as well. */
  services: z.array(z.string()).default([]),
  /** How long a service may take to be running, and healthy where it has a health check. */
  withinMs: z.number().int().min(1000).max(120_000).default(30_000),
});

/** `waiting` may still become `up`; `down` won't. */
interface ServiceState {
  readonly service: string;
  readonly state: 'up' | 'waiting' | 'down';
  readonly finding: 'exited' | 'restarted' | 'unhealthy' | 'not-healthy' | 'not-running';
  readonly told: string;
  readonly container: ContainerState;
}

/** Everything that the compose file declares comes up: running, healthy where that is asked, and without a restart. */
export const composeUp = checkKind({
  name: 'compose-up',
  schema: Parameters,
  findings: ['not-declared', 'exited', 'restarted', 'unhealthy', 'not-healthy', 'not-running'],
  needs: 'container',
  use: 'shared',
  async run(subject, { services, withinMs }, signal) {
    const states = await waitFor(
      () => Promise.all(subject.stack.services.map((service) => look(subject, service, signal))),
      (seen) => seen.every((one) => one.state !== 'waiting') || seen.some((one) => one.state === 'down'),
      { withinMs, everyMs: 300 },
      signal,
    );
    return judge(subject, services, withinMs, states, signal);
  },
});

async function judge(
  subject: Subject,
  wanted: readonly string[],
  withinMs: number,
  states: readonly ServiceState[],
  signal: AbortSignal,
) {
  const missing = wanted.filter((service) => !subject.stack.services.includes(service));
  const wrong = states.filter((one) => one.state !== 'up');
  const findings = {
    expected: `Every declared service is running within ${seconds(withinMs)}, healthy where it has a health check, and never had to be restarted.`,
    observed:
      missing.length > 0
        ? `No service ${missing.map((name) => `\`${name}\``).join(', ')} is declared.`
        : states.map((one) => one.told).join(' '),
    explanation:
      'A compose file is the description of the whole service: one command has to bring everything up in the right order and leave it running. A container that is up only because its restart policy keeps trying, or that never becomes healthy, is not up.',
    evidence: await evidenceOf(subject, wrong[0], signal),
  };
  if (missing.length > 0) return failed('not-declared', findings);
  const [first] = wrong;
  return first === undefined
    ? passed({ ...findings, observed: `${plural(states.length, 'service')}. ${findings.observed}` })
    : failed(first.finding, { ...findings, ...lateOf(first) });
}

/** Whether more time might have mended it. */
function lateOf({ state, container }: ServiceState): Pick<Findings, 'byTime'> {
  return state === 'waiting' ? { byTime: 'late' } : byTimeOf(container);
}

async function evidenceOf(
  subject: Subject,
  wrong: ServiceState | undefined,
  signal: AbortSignal,
): Promise<readonly Evidence[]> {
  const container = subject.stack.container(wrong?.service ?? subject.service.name);
  const events = timelineEvidence(container, `Events of ${container.service}`);
  if (wrong === undefined) return [events];
  return [
    events,
    exitEvidence(wrong.container),
    logEvidence(await container.log(signal), `Last log lines of ${container.service}`),
  ];
}

async function look(subject: Subject, service: string, signal: AbortSignal): Promise<ServiceState> {
  const container = await subject.stack.container(service).state(signal);
  return { service, container, ...placed(service, container, mayEnd(subject, service)) };
}

/** A service that another one waits for until it has done its work isn't expected to stay. */
function mayEnd(subject: Subject, service: string): boolean {
  return subject.plan.services.some((other) =>
    other.dependsOn.some(
      (dependency) =>
        dependency.service === service && dependency.condition === 'service_completed_successfully',
    ),
  );
}

function placed(
  service: string,
  container: ContainerState,
  mayEnd: boolean,
): Pick<ServiceState, 'state' | 'finding' | 'told'> {
  const name = `\`${service}\``;
  const { status, exitCode, restartCount, health } = container;
  if (status === 'exited' && mayEnd && exitCode === 0) {
    return { state: 'up', finding: 'exited', told: `${name} has done its work.` };
  }
  if (status === 'refused') {
    const told = `${name} was never started: ${whyNeverStarted(container)}.`;
    return { state: 'down', finding: 'not-running', told };
  }
  if (restartCount > 0) {
    return {
      state: 'down',
      finding: 'restarted',
      told: `${name} was restarted ${plural(restartCount, 'time')}.`,
    };
  }
  if (status === 'exited') {
    return {
      state: 'down',
      finding: 'exited',
      told: `${name} ended with exit code ${exitCode ?? 'unknown'}.`,
    };
  }
  if (status !== 'running') {
    return { state: 'waiting', finding: 'not-running', told: `${name} is not running (${status}).` };
  }
  if (mayEnd) return { state: 'waiting', finding: 'not-running', told: `${name} has not done its work.` };
  if (health === null) return { state: 'up', finding: 'not-running', told: `${name} is running.` };
  if (health.status === 'healthy') return { state: 'up', finding: 'unhealthy', told: `${name} is healthy.` };
  // One that starts slowly may be called unhealthy first and turn healthy afterwards.
  return health.status === 'unhealthy'
    ? { state: 'waiting', finding: 'unhealthy', told: `${name} is running but unhealthy.` }
    : { state: 'waiting', finding: 'not-healthy', told: `${name} is running but has not become healthy.` };
}
