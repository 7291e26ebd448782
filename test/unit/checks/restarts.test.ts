import { describe, expect, it } from 'vitest';
import type { ContainerState, ProcessRef } from '../../../src/app/ports/container.ts';
import { restarts } from '../../../src/checks/restarts.ts';
import {
  exited,
  fakeContainer,
  fakeSubject,
  noAnswer,
  processOf,
  RUNNING,
  SERVICE,
  serviceAnswers,
} from './support/fake-subject.ts';

const signal = AbortSignal.timeout(10_000);
const PARAMETERS = restarts.schema.parse({ withinMs: 1000 });

/** `after` tells the state by the number of kills so far. */
async function run(after: (kills: number) => ContainerState, policy: 'no' | 'always', isServing = true) {
  const killed: ProcessRef[] = [];
  const app = fakeContainer({
    state: () => Promise.resolve(killed.length === 0 ? RUNNING : after(killed.length)),
    processes: () => Promise.resolve([processOf({ pid: 7, parentPid: 1 }), processOf()]),
    signal: (targets) => {
      killed.push(...targets);
      return Promise.resolve();
    },
    request: isServing ? serviceAnswers : () => Promise.resolve(noAnswer('refused')),
  });
  const subject = fakeSubject({ app, service: { ...SERVICE, restart: { name: policy } } });
  return { outcome: await restarts.run(subject, PARAMETERS, signal), killed };
}

const restarted = (restartCount: number): ContainerState => ({ ...RUNNING, restartCount });

describe('restarts', () => {
  it('kills PID 1 twice and passes when the container serves again each time', async () => {
    const { outcome, killed } = await run(restarted, 'always');

    expect(outcome.status).toBe('passed');
    expect(killed).toMatchObject([{ pid: 1 }, { pid: 1 }]);
  });

  it('fails when the container stays down', async () => {
    const { outcome } = await run(() => exited(137), 'no');

    expect(outcome).toMatchObject({ status: 'failed', finding: 'not-restarted' });
  });

  it('fails when the container stays down after its second crash', async () => {
    const { outcome } = await run(
      (kills) => (kills === 1 ? restarted(1) : exited(137, { restartCount: 1 })),
      'always',
    );

    expect(outcome).toMatchObject({ status: 'failed', finding: 'not-again' });
    expect(outcome.observed).toContain('once more');
  });

  it('fails when the restarted container does not serve', async () => {
    const { outcome } = await run(restarted, 'always', false);

    expect(outcome.finding).toBe('not-serving');
  });
});
