import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../../../src/app/ports/prober.ts';
import type { Subject } from '../../../src/app/ports/subject.ts';
import { stopsGracefully } from '../../../src/checks/stops-gracefully.ts';
import { answer, exited, fakeContainer, fakeSubject, noAnswer, SERVICE } from './support/fake-subject.ts';
import { BASE, imageOf } from './support/image.ts';

const signal = AbortSignal.timeout(10_000);

function run(
  exitCode: number,
  tookMs: number,
  parameters: unknown = {},
  pending?: HttpAnswer,
  changes: Partial<Subject> = {},
) {
  const app = fakeContainer({
    stop: () => Promise.resolve({ exitCode, tookMs }),
    state: () => Promise.resolve(exited(exitCode)),
    openRequest: () =>
      Promise.resolve({
        localAddress: '',
        localPort: 1,
        finish: () => Promise.resolve(pending ?? noAnswer('closed')),
        abandon: () => Promise.resolve(),
      }),
  });
  return stopsGracefully.run(
    fakeSubject({ app, ...changes }),
    stopsGracefully.schema.parse(parameters),
    signal,
  );
}

describe('stops-gracefully', () => {
  it.each([0, 143])('passes with exit code %i in good time', async (exitCode) => {
    expect((await run(exitCode, 120)).status).toBe('passed');
  });

  it('fails when the grace period ran out', async () => {
    const outcome = await run(137, 10_050);

    expect(outcome.finding).toBe('killed');
    expect(outcome.explanation).toContain('grace period');
  });

  it('fails when the stop signal itself is SIGKILL', async () => {
    const outcome = await run(137, 80);

    expect(outcome.finding).toBe('killed');
    expect(outcome.explanation).not.toContain('whole grace period');
  });

  it('passes the end by the stop signal that the compose file chose, and by no other one', async () => {
    const service = { ...SERVICE, stopSignal: 'SIGINT' };

    expect((await run(130, 120, {}, undefined, { service })).status).toBe('passed');
    expect((await run(131, 120, {}, undefined, { service })).finding).toBe('exit-code');
    expect((await run(130, 120, { exitCodes: [0] }, undefined, { service })).finding).toBe('exit-code');
  });

  it('passes the end by the stop signal that the image chose', async () => {
    const imageFacts = () => Promise.resolve(imageOf([BASE], { stopSignal: 'QUIT' }));

    expect((await run(131, 120, {}, undefined, { imageFacts })).status).toBe('passed');
    expect((await run(130, 120, {}, undefined, { imageFacts })).finding).toBe('exit-code');
  });

  it('fails when it ends late or with an error', async () => {
    expect((await run(0, 8_000)).finding).toBe('slow');
    expect((await run(1, 100)).finding).toBe('exit-code');
  });

  it('asks for the answer to a request that was under way', async () => {
    const inFlight = { path: '/predict', body: '{"features":[1]}' };

    expect((await run(0, 900, { inFlight }, answer(200, {}))).status).toBe('passed');
    expect((await run(0, 900, { inFlight }, noAnswer('reset'))).finding).toBe('dropped-request');
  });
});
