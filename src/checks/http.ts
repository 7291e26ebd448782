import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { Subject } from '../app/ports/subject.ts';
import type { EvidenceOf } from '../core/evidence.ts';
import { Challenge } from './challenge.ts';
import { carryOut, Exchange, type CarriedOut } from './exchange.ts';
import { neighboursOf, whileStandingStill } from './neighbours.ts';
import { failed, passed, plural } from './outcome.ts';
import { askedPort, UNASKED } from './readiness.ts';

/**
 * Asks the service from outside, several times with other random values each time, so that no recording passes. Where
 * other services run beside it, it is asked once more while those stand still, so that none of them answers for it.
 */
export const http = checkKind({
  name: 'http',
  schema: z.strictObject({
    requests: z.array(Exchange).min(1).max(20),
    /** Times that all requests are made. */
    rounds: z.number().int().min(1).max(5).default(2),
    timeoutSeconds: z.number().min(0.5).max(60).default(5),
  }),
  findings: ['wrong-answer', 'other-answer', 'late', 'answered-elsewhere', ...UNASKED],
  needs: 'container',
  use: 'shared',
  async run(subject, { requests, rounds, timeoutSeconds }, signal) {
    const expected = `the right answer to ${plural(requests.length, 'request')}, ${plural(rounds, 'time')}, with other values each time`;
    const asked = await askedPort(subject, expected, signal);
    if (!asked.ok) return asked.outcome;

    const ask = (exchange: Exchange): Promise<CarriedOut> => {
      const challenge = new Challenge(subject.build?.buildId ?? '');
      const target = { app: subject.app, port: asked.port, challenge, timeoutMs: timeoutSeconds * 1000 };
      return carryOut(exchange, target, signal);
    };
    const carriedOut: CarriedOut[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const exchange of requests) carriedOut.push(await ask(exchange));
      // One bad round says it all, and a service that hangs would make each further one as long.
      if (carriedOut.some(({ row }) => !row.ok)) break;
    }
    const rows = carriedOut.map(({ row }) => row);
    const bad = rows.filter((row) => !row.ok);
    const evidence: EvidenceOf<'http'>[] = [{ type: 'http', exchanges: shown(rows) }];
    const [first] = bad;
    if (!first) {
      const elsewhere = await answeredElsewhere(subject, requests, ask, signal);
      if (elsewhere) return elsewhere;
      return passed({
        observed: plural(rows.length, 'right answer'),
        expected,
        explanation: 'Random values went in and the right ones came back, so the service itself answered.',
        evidence,
      });
    }
    const stranger = subject.readiness.state === 'other-answer';
    if (!stranger && carriedOut.every(({ row, isLate }) => row.ok || isLate)) {
      const more = bad.length > 1 ? `, nor were ${bad.length - 1} more of ${rows.length} requests` : '';
      return failed('late', {
        byTime: 'late',
        observed: `${first.request} was not answered in ${timeoutSeconds} s${more}`,
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

/** Asks once more while whatever else the plan has running stands still; undefined where that changes nothing. */
async function answeredElsewhere(
  subject: Subject,
  requests: readonly Exchange[],
  ask: (exchange: Exchange) => Promise<CarriedOut>,
  signal: AbortSignal,
) {
  const neighbours = await neighboursOf(subject, signal);
  if (neighbours.length === 0) return undefined;
  const first = await whileStandingStill(
    neighbours,
    async () => {
      for (const exchange of requests) {
        const one = await ask(exchange);
        if (!one.row.ok) return one;
      }
      return undefined;
    },
    signal,
  );
  if (first === undefined) return undefined;
  const { row: bad, isLate } = first;
  const names = neighbours.map(({ service }) => `\`${service}\``).join(', ');
  const own = `\`${subject.service.name}\``;
  return failed('answered-elsewhere', {
    ...(isLate && { byTime: 'late' }),
    observed: `every answer was right, and no longer while ${names} stood still: then ${bad.request} was answered by ${bad.observed}`,
    expected: `${own} gives the right answers by itself`,
    explanation: `Graded is the service ${own}, and here it passes requests on: the work is done in another container. What is looked at, from its processes to its image, would be that of the one in between.`,
    evidence: [{ type: 'http', exchanges: [bad] }],
  });
}

/** Wrong answers first, and no more rows than a page can show. */
function shown(rows: readonly CarriedOut['row'][]): CarriedOut['row'][] {
  return [...rows.filter((row) => !row.ok), ...rows.filter((row) => row.ok)].slice(0, 20);
}
