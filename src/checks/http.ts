import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { EvidenceOf } from '../core/evidence.ts';
import { Challenge } from './challenge.ts';
import { carryOut, Exchange, wasLate, type ExchangeRow } from './exchange.ts';
import { failed, passed, plural } from './outcome.ts';
import { askedPort } from './readiness.ts';

/** Asks the service from outside, several times with other random values each time, so that no recording passes. */
export const http = checkKind({
  name: 'http',
  schema: z.strictObject({
    requests: z.array(Exchange).min(1).max(20),
    /** Times that all requests are made. */
    rounds: z.number().int().min(1).max(5).default(2),
    timeoutSeconds: z.number().min(0.5).max(60).default(5),
  }),
  needs: 'container',
  use: 'shared',
  async run(subject, { requests, rounds, timeoutSeconds }, signal) {
    const expected = `the right answer to ${plural(requests.length, 'request')}, ${plural(rounds, 'time')}, with other values each time`;
    const asked = await askedPort(subject, expected, signal);
    if (!asked.ok) return asked.outcome;

    const rows: ExchangeRow[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const exchange of requests) {
        const challenge = new Challenge(subject.build?.buildId ?? '');
        const target = { app: subject.app, port: asked.port, challenge, timeoutMs: timeoutSeconds * 1000 };
        rows.push(await carryOut(exchange, target, signal));
      }
      // One bad round says it all, and a service that hangs would make each further one as long.
      if (rows.some((row) => !row.ok)) break;
    }
    const bad = rows.filter((row) => !row.ok);
    const evidence: EvidenceOf<'http'>[] = [{ type: 'http', exchanges: shown(rows) }];
    const [first] = bad;
    if (!first) {
      return passed({
        observed: plural(rows.length, 'right answer'),
        expected,
        explanation: 'Random values went in and the right ones came back, so the service itself answered.',
        evidence,
      });
    }
    const stranger = subject.readiness.state === 'other-answer';
    if (!stranger && bad.every(wasLate)) {
      return failed('late', {
        observed: `${first.request} was not answered in ${timeoutSeconds} s, nor were ${bad.length - 1} more of ${rows.length} requests`,
        expected: first.expected,
        explanation:
          'The service takes the request and doesn’t come to an end with it in time. Something in it waits, or it has more to do than it can.',
        evidence,
      });
    }
    return failed(stranger ? 'other-answer' : 'wrong-answer', {
      observed: `${first.request} was answered by ${first.observed}; ${bad.length} of ${rows.length} answers were wrong`,
      expected: first.expected,
      explanation: stranger
        ? 'Something answers, but it is not the service that was built here from the sources in `src/`: it does not know the id of this build.'
        : 'The service answers, but not every route does what it should. The rows show what was asked, what was expected and what came back.',
      evidence,
    });
  },
});

/** The rows of the last round, which holds the wrong answers if there are any, and no more than a page of them. */
function shown(rows: readonly ExchangeRow[]): ExchangeRow[] {
  return [...rows.filter((row) => !row.ok), ...rows.filter((row) => row.ok)].slice(0, 20);
}
