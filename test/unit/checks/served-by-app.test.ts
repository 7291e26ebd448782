import { describe, expect, it } from 'vitest';
import type { ContainerProcess, EstablishedSocket, SocketTable } from '../../../src/app/ports/container.ts';
import type { HttpAnswer } from '../../../src/app/ports/prober.ts';
import { servedByApp } from '../../../src/checks/served-by-app.ts';
import {
  answer,
  BUILD_ID,
  fakeContainer,
  fakeSubject,
  listeningAt,
  noAnswer,
  processOf,
} from './support/fake-subject.ts';

const signal = AbortSignal.timeout(10_000);
const parameters = servedByApp.schema.parse({});
const init = processOf({ pid: 1, argv: ['tini', '--'], name: 'tini' });
const taker = processOf({ pid: 7 });
const backend = processOf({ pid: 8 });

function connection(owner: ContainerProcess, changes: Partial<EstablishedSocket> = {}): EstablishedSocket {
  return { localPort: 8000, remoteAddress: '10.1.2.2', remotePort: 51_000, owners: [owner], ...changes };
}

/** A container in which `taker` takes the request; the answer depends on who stands still when it is finished. */
function containerOf(table: SocketTable, answerOf: (frozen: ReadonlySet<number>) => HttpAnswer) {
  const frozen = new Set<number>();
  const app = fakeContainer({
    sockets: () => Promise.resolve(table),
    processes: () => Promise.resolve([init, taker, backend]),
    openRequest: () =>
      Promise.resolve({
        localAddress: '10.1.2.2',
        localPort: 51_000,
        finish: () => Promise.resolve(answerOf(frozen)),
        abandon: () => Promise.resolve(),
      }),
    signal: (targets, name) => {
      for (const { hostPid } of targets) {
        if (name === 'SIGSTOP') frozen.add(hostPid);
        else frozen.delete(hostPid);
      }
      return Promise.resolve();
    },
  });
  return { app, frozen };
}

const right = answer(200, { build: BUILD_ID });

describe('served-by-app', () => {
  it('passes when the one who took the request answers it while all others stand still', async () => {
    const table = { ...listeningAt('0.0.0.0', 8000, taker), established: [connection(taker)] };
    const { app, frozen } = containerOf(table, (still) =>
      still.has(taker.hostPid) ? noAnswer('timeout') : right,
    );

    const outcome = await servedByApp.run(fakeSubject({ app }), parameters, signal);

    expect(outcome.status).toBe('passed');
    expect(frozen.size).toBe(0);
  });

  it('fails a proxy whose backend stands still, and lets it go on', async () => {
    const table = { ...listeningAt('0.0.0.0', 8000, taker), established: [connection(taker)] };
    const { app, frozen } = containerOf(table, (still) =>
      still.has(backend.hostPid) ? noAnswer('timeout') : right,
    );

    const outcome = await servedByApp.run(fakeSubject({ app }), parameters, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'relay' });
    expect(frozen.size).toBe(0);
  });

  it('fails a forwarder in the service’s own process, which holds a connection to itself', async () => {
    const onward = connection(taker, { localPort: 40_000, remoteAddress: '127.0.0.1', remotePort: 8001 });
    const table: SocketTable = {
      listening: [
        ...listeningAt('0.0.0.0', 8000, taker).listening,
        ...listeningAt('127.0.0.1', 8001, taker).listening,
      ],
      established: [connection(taker), onward],
      waiting: [],
    };
    const { app } = containerOf(table, () => right);

    const outcome = await servedByApp.run(fakeSubject({ app }), parameters, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'relay' });
  });

  it('finds the connection of a dual-stack socket', async () => {
    const table = {
      ...listeningAt('::', 8000, taker),
      established: [connection(taker, { remoteAddress: '::ffff:10.1.2.2' })],
    };
    const { app } = containerOf(table, () => right);

    const outcome = await servedByApp.run(fakeSubject({ app }), parameters, signal);

    expect(outcome.status).toBe('passed');
  });
});
