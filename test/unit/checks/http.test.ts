import { describe, expect, it } from 'vitest';
import { http } from '../../../src/checks/http.ts';
import type { Container } from '../../../src/app/ports/container.ts';
import { answer, fakeContainer, fakeSubject, noAnswer, serviceAnswers } from './support/fake-subject.ts';

const signal = AbortSignal.timeout(10_000);
const requests = http.schema.parse({
  requests: [
    { path: '/version', answer: { build: '{buildId}' } },
    { method: 'POST', path: '/predict', json: { features: '{features}' }, answer: { prediction: '{mean}' } },
    {
      path: '/{random}',
      status: 404,
      headers: { 'x-request-id': 'p-{random}' },
      answerHeaders: { 'X-Request-ID': 'p-{random}' },
    },
  ],
});

describe('http', () => {
  it('passes a service that answers every round with what its random values ask for', async () => {
    const subject = fakeSubject({ app: fakeContainer({ request: serviceAnswers }) });

    const outcome = await http.run(subject, requests, signal);

    expect(outcome).toMatchObject({ status: 'passed', observed: '6 right answers' });
  });

  it('fails a recording of one right answer', async () => {
    const app = fakeContainer({
      request: (port, probe) =>
        probe.path === '/predict'
          ? Promise.resolve(answer(200, { prediction: 2 }))
          : serviceAnswers(port, probe),
    });

    const outcome = await http.run(fakeSubject({ app }), requests, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'wrong-answer' });
    expect(outcome.observed).toContain('prediction = 2');
  });

  /** Another service beside the graded one, and whether it stands still. */
  function neighbour() {
    let still = false;
    const container = fakeContainer({
      service: 'real',
      pause: () => Promise.resolve((still = true)),
      unpause: () => {
        still = false;
        return Promise.resolve();
      },
    });
    return { container, isStill: () => still };
  }

  async function besideA(other: ReturnType<typeof neighbour>, request: Container['request']) {
    const app = fakeContainer({ request });
    const container = (service: string) => (service === 'api' ? app : other.container);
    const stack = { ...fakeSubject().stack, services: ['api', 'real'], container };
    return http.run(fakeSubject({ app, stack }), requests, signal);
  }

  it('passes a service beside another one that it doesn’t need, and lets that go on', async () => {
    const other = neighbour();

    const outcome = await besideA(other, serviceAnswers);

    expect(outcome.status).toBe('passed');
    expect(other.isStill()).toBe(false);
  });

  it('fails a service for which another one answers, and lets that go on', async () => {
    const other = neighbour();

    const outcome = await besideA(other, (port, probe) =>
      other.isStill() ? Promise.resolve(noAnswer('timeout')) : serviceAnswers(port, probe),
    );

    expect(outcome).toMatchObject({ status: 'failed', finding: 'answered-elsewhere' });
    expect(outcome.observed).toContain('`real` stood still');
    expect(other.isStill()).toBe(false);
  });

  it('passes a service beside another one that ends while it is looked at', async () => {
    const container = fakeContainer({ service: 'real', pause: () => Promise.resolve(false) });

    const outcome = await besideA({ container, isStill: () => false }, serviceAnswers);

    expect(outcome.status).toBe('passed');
  });

  it('fails what answers 200 to everything', async () => {
    const app = fakeContainer({ request: () => Promise.resolve(answer(200, { build: 'other' })) });

    const outcome = await http.run(
      fakeSubject({ app, readiness: { state: 'other-answer', answer: '200 {}', tookMs: 1 } }),
      requests,
      signal,
    );

    expect(outcome).toMatchObject({ status: 'failed', finding: 'other-answer' });
  });

  it('stops after the first round that has a wrong answer', async () => {
    let asked = 0;
    const app = fakeContainer({ request: () => Promise.resolve((asked++, noAnswer('timeout'))) });

    const outcome = await http.run(fakeSubject({ app }), requests, signal);

    expect(asked).toBe(3);
    expect(outcome).toMatchObject({ status: 'failed', finding: 'late', byTime: 'late' });
  });

  it('calls no wrong answer late', async () => {
    const app = fakeContainer({
      request: (_port, probe) =>
        Promise.resolve(probe.path === '/version' ? answer(500, {}) : noAnswer('timeout')),
    });

    const outcome = await http.run(fakeSubject({ app }), requests, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'wrong-answer' });
  });

  it('says what runs where nothing answers', async () => {
    const subject = fakeSubject({
      readiness: { state: 'silent', error: 'refused', detail: '', tookMs: 20_000 },
    });

    const outcome = await http.run(subject, requests, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'silent' });
    expect(outcome.evidence.map(({ type }) => type)).toEqual(['processes', 'log', 'timeline']);
  });

  it('names the port that is not published', async () => {
    const subject = fakeSubject({ port: null, readiness: { state: 'not-published', tookMs: 0 } });

    const outcome = await http.run(subject, requests, signal);

    expect(outcome).toMatchObject({ status: 'failed', finding: 'not-published' });
  });
});
