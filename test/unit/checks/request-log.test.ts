import { describe, expect, it } from 'vitest';
import type { HttpProbe } from '../../../src/app/ports/prober.ts';
import { requestLog } from '../../../src/checks/request-log.ts';
import { answer, fakeContainer, fakeSubject } from './support/fake-subject.ts';

const signal = AbortSignal.timeout(10_000);
const PARAMETERS = requestLog.schema.parse({ withinMs: 500 });

/** A service that writes for each request what `write` makes of it. */
function run(write: (probe: HttpProbe, status: number) => readonly string[]) {
  const lines: string[] = [];
  const app = fakeContainer({
    request: (_port, probe) => {
      const status = probe.path === '/health' ? 200 : 404;
      lines.push(...write(probe, status));
      return Promise.resolve(answer(status, {}));
    },
    log: () => Promise.resolve({ lines, truncated: false }),
  });
  return requestLog.run(fakeSubject({ app }), PARAMETERS, signal);
}

function lineOf({ method, path, headers }: HttpProbe, status: number, changes: object = {}): string {
  const line = { request_id: headers['x-request-id'], method, path, status, duration_ms: 0.4, ...changes };
  return JSON.stringify(line);
}

describe.concurrent('request-log', () => {
  it('passes with one right line a request', async () => {
    const outcome = await run((probe, status) => ['plain text', lineOf(probe, status)]);

    expect(outcome.status).toBe('passed');
  });

  it('fails when a line is missing or always the same', async () => {
    expect((await run(() => [])).finding).toBe('missing');
    expect((await run((probe) => [lineOf({ ...probe, headers: {} }, 200)])).finding).toBe('missing');
  });

  it('fails when the line is no JSON', async () => {
    expect((await run((probe) => [`GET ${probe.headers['x-request-id'] ?? ''} 200`])).finding).toBe(
      'not-json',
    );
  });

  it('fails when a 404 is logged as something else', async () => {
    const outcome = await run((probe) => [lineOf(probe, 200)]);

    expect(outcome.finding).toBe('wrong-fields');
    expect(outcome.observed).toContain('`status`');
  });

  it('fails when the duration is no number', async () => {
    const outcome = await run((probe, status) => [lineOf(probe, status, { duration_ms: 'fast' })]);

    expect(outcome.finding).toBe('wrong-fields');
  });

  it('fails when a request leaves two lines', async () => {
    const outcome = await run((probe, status) => [lineOf(probe, status), lineOf(probe, status)]);

    expect(outcome.finding).toBe('doubled');
  });
});
