import { describe, expect, it } from 'vitest';
import type { SocketTable } from '../../../src/app/ports/container.ts';
import type { HttpAnswer } from '../../../src/app/ports/prober.ts';
import { reachable } from '../../../src/checks/reachable.ts';
import {
  answer,
  BUILD_ID,
  fakeContainer,
  fakeSubject,
  listeningAt,
  noAnswer,
} from './support/fake-subject.ts';

const signal = AbortSignal.timeout(10_000);
const parameters = reachable.schema.parse({});
const right = answer(200, { build: BUILD_ID });
const nobody: SocketTable = { listening: [], established: [], waiting: [] };

function subjectOf(
  sockets: SocketTable,
  answers: {
    readonly inside?: (port: number) => HttpAnswer;
    readonly outside?: (port: number) => HttpAnswer;
  },
  port: number | null = 8000,
) {
  const app = fakeContainer({
    sockets: () => Promise.resolve(sockets),
    requestInside: (_address, at) => Promise.resolve(answers.inside?.(at) ?? noAnswer('refused')),
    request: (at) => Promise.resolve(answers.outside?.(at) ?? noAnswer('refused')),
  });
  return fakeSubject({ app, port });
}

describe('reachable', () => {
  it('passes this build’s own answer from outside', async () => {
    const subject = subjectOf(listeningAt('0.0.0.0'), { inside: () => right, outside: () => right });

    const outcome = await reachable.run(subject, parameters, signal);

    expect(outcome.status).toBe('passed');
    expect(outcome.evidence[0]).toMatchObject({
      type: 'reachability',
      rows: [{ reach: 'answered' }, { reach: 'answered' }, { reach: 'answered' }],
    });
  });

  it('finds a binding to the loopback interface', async () => {
    const subject = subjectOf(listeningAt('127.0.0.1'), { inside: () => right });

    const outcome = await reachable.run(subject, parameters, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'loopback-only' });
    expect(outcome.evidence[0]).toMatchObject({
      rows: [{ reach: 'answered' }, { reach: 'refused' }, { reach: 'refused' }],
    });
    expect(outcome.evidence[1]).toMatchObject({
      rows: [{ address: '127.0.0.1', reachableFromOutside: false }],
    });
  });

  it.each([
    ['loopback-only', listeningAt('::1')],
    ['ipv6-only', listeningAt('::')],
    ['nothing-listens', nobody],
    ['no-answer', listeningAt('0.0.0.0')],
  ])('finds `%s` where nothing comes from outside', async (finding, sockets) => {
    const outcome = await reachable.run(subjectOf(sockets, {}), parameters, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding });
  });

  it('finds the mapping that leads to a port where nobody listens', async () => {
    const subject = subjectOf(
      listeningAt('0.0.0.0', 8000),
      { outside: (at) => (at === 8000 ? right : noAnswer('refused')) },
      80,
    );

    const outcome = await reachable.run(subject, parameters, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'wrong-port' });
  });

  it('finds that nothing is published, though the service answers', async () => {
    const subject = subjectOf(listeningAt('0.0.0.0'), { outside: () => right }, null);

    const outcome = await reachable.run(subject, parameters, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'not-published' });
  });

  it('is not content with an answer of somebody else', async () => {
    const subject = subjectOf(listeningAt('0.0.0.0'), { outside: () => answer(200, { build: 'recorded' }) });

    const outcome = await reachable.run(subject, parameters, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'other-answer' });
  });

  it('does not take Docker’s own name server for a program of the learner’s', async () => {
    const outcome = await reachable.run(subjectOf(listeningAt('127.0.0.11', 41_000), {}), parameters, signal);

    expect(outcome.finding).toBe('nothing-listens');
  });
});
