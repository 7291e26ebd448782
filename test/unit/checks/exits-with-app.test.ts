import { describe, expect, it } from 'vitest';
import type { ProcessRef } from '../../../src/app/ports/container.ts';
import { exitsWithApp } from '../../../src/checks/exits-with-app.ts';
import {
  exited,
  fakeContainer,
  fakeSubject,
  listeningAt,
  processOf,
  RUNNING,
} from './support/fake-subject.ts';

const signal = AbortSignal.timeout(10_000);
const briefly = exitsWithApp.schema.parse({ seconds: 0.5 });
const shell = processOf({ pid: 1, argv: ['sh', '-c', 'uvicorn || sleep infinity'], name: 'sh' });
const service = processOf({ pid: 7 });

describe('exits-with-app', () => {
  it('kills every holder of the listening socket and passes when the container ends', async () => {
    const killed: ProcessRef[] = [];
    const app = fakeContainer({
      state: () => Promise.resolve(killed.length > 0 ? exited(137) : RUNNING),
      signal: (targets) => Promise.resolve(void killed.push(...targets)),
    });

    const outcome = await exitsWithApp.run(fakeSubject({ app }), briefly, signal);

    expect(outcome.status).toBe('passed');
    expect(killed).toHaveLength(1);
  });

  it('takes a restart by the engine for an end', async () => {
    let restartCount = 0;
    const app = fakeContainer({
      state: () => Promise.resolve({ ...RUNNING, restartCount }),
      signal: () => Promise.resolve(void (restartCount += 1)),
    });

    const outcome = await exitsWithApp.run(fakeSubject({ app }), briefly, signal);

    expect(outcome.status).toBe('passed');
  });

  it('fails a container that outlives its service', async () => {
    let alive = true;
    const app = fakeContainer({
      signal: () => {
        alive = false;
        return Promise.resolve();
      },
      sockets: () =>
        Promise.resolve(
          alive ? listeningAt('0.0.0.0', 8000, service) : { listening: [], established: [], waiting: [] },
        ),
      processes: () => Promise.resolve([shell]),
    });

    const outcome = await exitsWithApp.run(fakeSubject({ app }), briefly, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'kept-alive' });
  });

  it('fails a service that is started again inside', async () => {
    const app = fakeContainer({
      signal: () => Promise.resolve(),
      sockets: () => Promise.resolve(listeningAt('0.0.0.0', 8000, service)),
    });

    const outcome = await exitsWithApp.run(fakeSubject({ app }), briefly, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'restarted-inside' });
  });
});
