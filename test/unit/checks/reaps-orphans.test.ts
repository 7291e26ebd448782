import { describe, expect, it } from 'vitest';
import type { ContainerProcess } from '../../../src/app/ports/container.ts';
import { reapsOrphans } from '../../../src/checks/reaps-orphans.ts';
import { answer, fakeContainer, fakeSubject, processOf } from './support/fake-subject.ts';

const signal = AbortSignal.timeout(20_000);
const PARAMETERS = reapsOrphans.schema.parse({ rounds: 1, withinMs: 2000 });

function zombie(parentPid: number): ContainerProcess {
  return processOf({ pid: 40, parentPid, state: 'Z', name: 'sleep', argv: [] });
}

async function run(processes: readonly ContainerProcess[], spawnStatus = 200) {
  const injected: number[] = [];
  const app = fakeContainer({
    processes: () => Promise.resolve(processes),
    request: () => Promise.resolve(answer(spawnStatus, {})),
    injectOrphans: (count) => {
      injected.push(count);
      return Promise.resolve();
    },
  });
  const outcome = await reapsOrphans.run(fakeSubject({ app }), PARAMETERS, signal);
  return { outcome, injected };
}

describe.concurrent('reaps-orphans', () => {
  it('passes when no zombie is left of spawned and injected orphans', async () => {
    const { outcome, injected } = await run([processOf({ argv: ['tini', '--', 'uvicorn'] })]);

    expect(outcome.status).toBe('passed');
    expect(injected).toEqual([4]);
  });

  it('names PID 1 as the one that waits for nobody', async () => {
    const { outcome } = await run([processOf(), zombie(1)]);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'zombies-of-pid-1' });
    expect(outcome.observed).toContain('uvicorn');
  });

  it('tells zombies of another process apart', async () => {
    const { outcome } = await run([processOf(), processOf({ pid: 7, parentPid: 1 }), zombie(7)]);

    expect(outcome.finding).toBe('zombies');
  });

  it('fails when the service can no longer spawn', async () => {
    expect((await run([processOf()], 500)).outcome.finding).toBe('spawn-failed');
  });
});
