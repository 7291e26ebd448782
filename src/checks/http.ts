import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { HttpAnswer } from '../app/ports/prober.ts';
import type { Subject } from '../app/ports/subject.ts';
import type { EvidenceOf } from '../core/evidence.ts';
import { Challenge } from './challenge.ts';
import { bodyText, failed, passed, plural } from './outcome.ts';
import { askedPort, isRecord, parseJson, whyNone } from './readiness.ts';

const Status = z.number().int().min(100).max(599);
const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * One request and what must come of it. In texts, `{random}` is fresh random text, `{buildId}` the id of this build;
 * a body's `"{features}"` becomes random numbers, and an expected `"{mean}"` is their arithmetic mean.
 */
const Exchange = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD']).default('GET'),
  path: z.string().startsWith('/').max(200),
  headers: z.record(z.string(), z.string()).default({}),
  /** Sent as JSON. */
  json: z.unknown().optional(),
  /** Sent as it stands; for bodies that are no JSON. */
  text: z.string().optional(),
  status: z.union([Status, z.array(Status).min(1)]).default(200),
  /** What must stand at dotted paths of the JSON answer. */
  answer: z.record(z.string(), Scalar).default({}),
  /** What must stand in headers of the answer. */
  answerHeaders: z.record(z.string().toLowerCase(), z.string()).default({}),
});
type Exchange = z.infer<typeof Exchange>;

type Row = EvidenceOf<'http'>['exchanges'][number];

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

    const rows: Row[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const exchange of requests) {
        rows.push(await carryOut(exchange, subject, asked.port, timeoutSeconds * 1000, signal));
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

async function carryOut(
  exchange: Exchange,
  subject: Subject,
  port: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Row> {
  const challenge = new Challenge(subject.build?.buildId ?? '');
  const path = challenge.text(exchange.path);
  const body = exchange.json === undefined ? exchange.text : JSON.stringify(challenge.value(exchange.json));
  const answer = await subject.app.request(
    port,
    {
      method: exchange.method,
      path,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...Object.fromEntries(
          Object.entries(exchange.headers).map(([name, value]) => [name, challenge.text(value)]),
        ),
      },
      ...(body !== undefined && { body }),
      timeoutMs,
    },
    signal,
  );
  const complaint = complaintOf(exchange, answer, challenge);
  return {
    request: [exchange.method, path, body?.slice(0, 120)].filter((part) => part !== undefined).join(' '),
    expected: expectationText(exchange, challenge),
    observed: complaint ?? `${answer.ok ? answer.status : ''}`,
    body: answer.ok ? bodyText(answer.body) : '',
    ok: complaint === undefined,
  };
}

/** What is wrong with an answer, or undefined where nothing is. */
function complaintOf(exchange: Exchange, answer: HttpAnswer, challenge: Challenge): string | undefined {
  if (!answer.ok) return `nothing (${whyNone(answer)})`;
  if (![exchange.status].flat().includes(answer.status)) return `status ${answer.status}`;
  const json = parseJson(answer.body);
  for (const [path, wanted] of Object.entries(exchange.answer)) {
    const found = at(json, path);
    if (!challenge.matches(wanted, found)) return `${answer.status} with ${path} = ${shortJson(found)}`;
  }
  for (const [name, wanted] of Object.entries(exchange.answerHeaders)) {
    const found = answer.headers[name];
    if (found !== challenge.text(wanted))
      return `${answer.status} with header ${name}: ${found ?? '(absent)'}`;
  }
  return undefined;
}

function expectationText(exchange: Exchange, challenge: Challenge): string {
  const parts = [
    ...Object.entries(exchange.answer).map(
      ([path, wanted]) => `${path} = ${shortJson(challenge.value(wanted))}`,
    ),
    ...Object.entries(exchange.answerHeaders).map(
      ([name, wanted]) => `header ${name}: ${challenge.text(wanted)}`,
    ),
  ];
  return [[exchange.status].flat().join(' or '), ...parts].join(', ');
}

function at(json: unknown, path: string): unknown {
  let value = json;
  for (const key of path.split('.')) {
    if (Array.isArray(value)) value = value[Number(key)];
    else if (isRecord(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

function shortJson(value: unknown): string {
  return value === undefined ? '(absent)' : bodyText(JSON.stringify(value)).slice(0, 100);
}

/** The rows of the last round, which holds the wrong answers if there are any, and no more than a page of them. */
function shown(rows: readonly Row[]): Row[] {
  return [...rows.filter((row) => !row.ok), ...rows.filter((row) => row.ok)].slice(0, 20);
}
