import { describe, expect, it } from 'vitest';
import type { ContainerState } from '../../../src/app/ports/container.ts';
import { composeUp } from '../../../src/checks/compose-up.ts';
import type { Dependency } from '../../../src/core/plan.ts';
import {
  exited,
  fakeContainer,
  fakeSubject,
  RUNNING,
  SERVICE,
  waitedInVain,
} from './support/fake-subject.ts';

const signal = AbortSignal.timeout(10_000);

function run(
  states: Readonly<Record<string, ContainerState>>,
  parameters: unknown = { withinMs: 1000 },
  dependsOn: readonly Dependency[] = [],
) {
  const subject = fakeSubject({
    plan: { services: [{ ...SERVICE, dependsOn }], graded: 'api', networks: ['default'], volumes: [] },
    stack: {
      container: (service) =>
        fakeContainer({ service, state: () => Promise.resolve(states[service] ?? RUNNING) }),
      services: Object.keys(states),
      recreate: () => Promise.resolve(),
      down: () => Promise.resolve(),
    },
  });
  return composeUp.run(subject, composeUp.schema.parse(parameters), signal);
}

const withHealth = (status: 'starting' | 'healthy' | 'unhealthy'): ContainerState => ({
  ...RUNNING,
  health: { status, probes: [] },
});

describe('compose-up', () => {
  it('passes when every service is running, and healthy where that is asked', async () => {
    expect((await run({ api: withHealth('healthy'), db: RUNNING })).status).toBe('passed');
  });

  it('fails when a service has ended, was restarted or is not healthy', async () => {
    expect((await run({ api: RUNNING, worker: exited(1) })).finding).toBe('exited');
    expect((await run({ api: RUNNING, worker: { ...RUNNING, restartCount: 2 } })).finding).toBe('restarted');
    expect((await run({ api: withHealth('unhealthy') })).finding).toBe('unhealthy');
    expect((await run({ api: withHealth('starting') })).finding).toBe('not-healthy');
  });

  it('tells whether nothing but time kept a service from being started', async () => {
    const late = await run({ api: waitedInVain(true), db: withHealth('healthy') });
    expect(late).toMatchObject({ finding: 'not-running', byTime: 'late' });
    expect(late.observed).toContain('`api` was never started: it waited in vain for db');
    expect((await run({ api: waitedInVain(false), db: exited(1) })).byTime).toBeUndefined();
  });

  it('lets a service end that another one waits for', async () => {
    const dependency: Dependency = {
      service: 'migrate',
      condition: 'service_completed_successfully',
      required: true,
    };

    expect((await run({ api: RUNNING, migrate: exited(0) }, {}, [dependency])).status).toBe('passed');
  });

  it('fails when a service that the scenario names is not declared', async () => {
    expect((await run({ api: RUNNING }, { services: ['redis'] })).finding).toBe('not-declared');
  });
});
