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

async function run(after: ContainerState, policy: 'no' | 'always', isServing = true) {
  const killed: ProcessRef[] = [];
  const app = fakeContainer({
    state: () => Promise.resolve(killed.length === 0 ? RUNNING : after),
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

describe('restarts', () => {
  it('kills PID 1 and passes when the container serves again', async () => {
    const { outcome, killed } = await run({ ...RUNNING, restartCount: 1 }, 'always');

    expect(outcome.status).toBe('passed');
    expect(killed).toMatchObject([{ pid: 1 }]);
  });

  it('fails when the container stays down', async () => {
    const { outcome } = await run(exited(137), 'no');

    expect(outcome).toMatchObject({ status: 'failed', finding: 'not-restarted' });
  });

  it('fails when the restarted container does not serve', async () => {
    const { outcome } = await run({ ...RUNNING, restartCount: 1 }, 'always', false);

    expect(outcome.finding).toBe('not-serving');
  });
});
