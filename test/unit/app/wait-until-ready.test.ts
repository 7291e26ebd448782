import { describe, expect, it } from 'vitest';
import { waitUntilReady } from '../../../src/app/wait-until-ready.ts';
import {
  answer,
  BUILD_ID,
  exited,
  fakeContainer,
  noAnswer,
  RUNNING,
} from '../checks/support/fake-subject.ts';

const signal = AbortSignal.timeout(20_000);
const QUESTION = { port: 8000, buildId: BUILD_ID, startSeconds: 1 };

describe('waitUntilReady', () => {
  it('ends with the first answer that tells this build’s id', async () => {
    let asked = 0;
    const request = () =>
      Promise.resolve(++asked < 5 ? noAnswer('refused') : answer(200, { build: BUILD_ID }));

    expect(await waitUntilReady(fakeContainer({ request }), QUESTION, signal)).toMatchObject({
      state: 'answered',
    });
    expect(asked).toBe(5);
  });

  it('tells an answer of something else from no answer', async () => {
    const other = fakeContainer({ request: () => Promise.resolve(answer(200, { build: 'another' })) });

    expect(await waitUntilReady(other, QUESTION, signal)).toMatchObject({ state: 'other-answer' });
    expect(await waitUntilReady(fakeContainer(), QUESTION, signal)).toMatchObject({
      state: 'silent',
      error: 'refused',
    });
  });

  it('waits no longer for a container that has ended', async () => {
    const container = fakeContainer({ state: () => Promise.resolve(exited(3)) });
    const readiness = await waitUntilReady(container, { ...QUESTION, startSeconds: 300 }, signal);

    expect(readiness).toMatchObject({ state: 'ended', container: { exitCode: 3 } });
  });

  it('gives a restart policy a few tries, and a crash loop no more', async () => {
    let restarts = 0;
    const looping = fakeContainer({ state: () => Promise.resolve({ ...RUNNING, restartCount: restarts++ }) });

    expect(await waitUntilReady(looping, { ...QUESTION, startSeconds: 300 }, signal)).toMatchObject({
      state: 'ended',
      container: { restartCount: 4 },
    });
  });

  it('asks nobody where no port is published', async () => {
    expect(await waitUntilReady(fakeContainer(), { ...QUESTION, port: null }, signal)).toMatchObject({
      state: 'not-published',
    });
  });
});
