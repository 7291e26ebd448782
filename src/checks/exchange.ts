import { z } from 'zod';
import type { Container } from '../app/ports/container.ts';
import type { HttpAnswer } from '../app/ports/prober.ts';
import type { EvidenceOf } from '../core/evidence.ts';
import { isRecord, parseJson } from '../core/json.ts';
import type { Challenge } from './challenge.ts';
import { bodyText } from './outcome.ts';
import { whyNone } from './readiness.ts';

const Status = z.number().int().min(100).max(599);
const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * One request and what must come of it. In texts, `{random}` is fresh random text, `{buildId}` the id of this build;
 * a body's `"{features}"` becomes random numbers, and an expected `"{mean}"` is their arithmetic mean.
 */
export const Exchange = z.strictObject({
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
export type Exchange = z.infer<typeof Exchange>;

export type ExchangeRow = EvidenceOf<'http'>['exchanges'][number];

/** Who is asked, and the random values that one or more exchanges share. */
export interface Asked {
  readonly app: Container;
  /** Inside of the container. */
  readonly port: number;
  readonly challenge: Challenge;
  readonly timeoutMs: number;
}

/** An exchange that was carried out. */
export interface CarriedOut {
  readonly row: ExchangeRow;
  /** Nothing but time decided that it was wrong. */
  readonly isLate: boolean;
}

/** Makes one request of the graded service from outside and compares what comes back with what the exchange asks for. */
export async function carryOut(exchange: Exchange, asked: Asked, signal: AbortSignal): Promise<CarriedOut> {
  const { app, port, challenge, timeoutMs } = asked;
  const path = challenge.text(exchange.path);
  const body = exchange.json === undefined ? exchange.text : JSON.stringify(challenge.value(exchange.json));
  const answer = await app.request(
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
  const row = {
    request: [exchange.method, path, body?.slice(0, 120)].filter((part) => part !== undefined).join(' '),
    expected: expectationText(exchange, challenge),
    observed: complaint ?? `${answer.ok ? answer.status : ''}`,
    body: answer.ok ? bodyText(answer.body) : '',
    ok: complaint === undefined,
  };
  return { row, isLate: !answer.ok && answer.error === 'timeout' };
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
