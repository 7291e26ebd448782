import { describe, expect, it } from 'vitest';
import { http } from '../../../src/checks/http.ts';
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
    expect(outcome).toMatchObject({ status: 'failed', finding: 'late' });
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
