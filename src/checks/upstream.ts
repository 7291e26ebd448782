import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { HttpAnswer } from '../app/ports/prober.ts';
import type { DnsQuery } from '../app/ports/sealed-internet.ts';
import type { Subject } from '../app/ports/subject.ts';
import type { Evidence, EvidenceOf } from '../core/evidence.ts';
import { isRecord, parseJson } from '../core/json.ts';
import { logEvidence } from '../core/run-evidence.ts';
import { bodyText, failed, passed, plural, seconds } from './outcome.ts';
import { answerText, askedPort, UNASKED, whyNone } from './readiness.ts';

/** Resolver addresses of the public internet that answer in a run's sealed one. */
const PUBLIC_RESOLVERS: ReadonlySet<string> = new Set([
  '8.8.8.8',
  '8.8.4.4',
  '1.1.1.1',
  '1.0.0.1',
  '9.9.9.9',
]);

const EXPECTED =
  'what the upstream API says at the moment, found by looking its name up, also after the name leads elsewhere';

/** The service reaches an API outside by its name: the name is looked up, and what it leads to now is asked. */
export const upstream = checkKind({
  name: 'upstream',
  schema: z.strictObject({
    /** The route that hands on what the upstream says. */
    path: z.string().startsWith('/').default('/quote'),
    timeoutSeconds: z.number().min(1).max(60).default(30),
  }),
  findings: [
    'resolver-unreachable',
    'no-such-name',
    'no-lookup',
    'connection-failed',
    'no-answer',
    'other-body',
    'pinned-address',
    'asked-by-another',
    ...UNASKED,
  ],
  needs: 'answer',
  use: 'shared',
  async run(subject, { path, timeoutSeconds }, signal) {
    const { app, internet, upstream: given } = subject;
    const asked = await askedPort(subject, EXPECTED, signal);
    if (!asked.ok) return asked.outcome;
    const ask = () =>
      app.request(
        asked.port,
        { method: 'GET', path, headers: { accept: 'application/json' }, timeoutMs: timeoutSeconds * 1000 },
        signal,
      );

    const first = await ask();
    if (nonceOf(first) !== given.nonce) return firstFailed(subject, path, first, signal);
    const queries = await queriesOf(subject, signal);
    if (queries.length === 0) {
      return notFollowed(
        'no-lookup',
        [dnsEvidence(subject, queries), exchanges(path, [first], [given.nonce])],
        {
          observed: `the upstream was reached, but nobody asked a resolver for ${given.name}`,
          explanation:
            'The address came from somewhere else than a name server: a hosts file, or a constant. It is right until the day on which the API moves.',
        },
      );
    }

    const nonce = randomBytes(12).toString('hex');
    const moved = await internet.publish(given.name, JSON.stringify({ nonce, moved: true }), signal);
    const second = await ask();
    const after = await queriesOf(subject, signal);
    const evidence = [dnsEvidence(subject, after), exchanges(path, [first, second], [given.nonce, nonce])];
    if (nonceOf(second) !== nonce) {
      return notFollowed('pinned-address', evidence, {
        observed: `after ${given.name} had moved to ${moved.address}, ${path} answered ${answerText(second)}`,
        explanation:
          'The first answer was right and the second is out of date: the address was looked up once and kept, or written down. A name has to be looked up whenever a connection is made.',
      });
    }
    const reachedBy = await moved.hits(signal);
    if (app.address !== null && !reachedBy.includes(app.address)) {
      return notFollowed('asked-by-another', evidence, {
        observed: `the request reached the upstream from ${reachedBy.join(', ') || 'nowhere'}, not from the service’s own container at ${app.address}`,
        explanation:
          'The service itself has to reach the upstream; here something else fetched the answer for it.',
      });
    }
    return passed({
      observed: `${path} answered with what the upstream said, and again after its name led to ${moved.address}; the container made ${plural(after.length, 'query', 'queries')} for it`,
      expected: EXPECTED,
      explanation:
        'The container asks a resolver that answers, for each connection anew, so the API may move without anybody here doing anything.',
      evidence,
    });
  },
});

function notFollowed<Finding extends string>(
  finding: Finding,
  evidence: readonly Evidence[],
  words: { readonly observed: string; readonly explanation: string },
) {
  return failed(finding, { ...words, expected: EXPECTED, evidence });
}

async function firstFailed(subject: Subject, path: string, answer: HttpAnswer, signal: AbortSignal) {
  const queries = await queriesOf(subject, signal);
  const { finding, explanation } = explain(subject, answer, queries);
  return failed(finding, {
    ...(!answer.ok && answer.error === 'timeout' && { byTime: 'not-yet' }),
    observed: `${path} answered ${answerText(answer)} after ${seconds(answer.tookMs)}; resolvers saw ${plural(queries.length, 'query', 'queries')} for ${subject.upstream.name}`,
    expected: EXPECTED,
    explanation,
    evidence: [
      dnsEvidence(subject, queries),
      exchanges(path, [answer], [subject.upstream.nonce]),
      logEvidence(await subject.app.log(signal)),
    ],
  });
}

type Unanswered =
  'other-body' | 'no-lookup' | 'resolver-unreachable' | 'no-such-name' | 'connection-failed' | 'no-answer';

/** What kind of failure it is. The resolvers' own log decides; the service's words only tell where to look. */
function explain(
  subject: Subject,
  answer: HttpAnswer,
  queries: readonly DnsQuery[],
): { readonly finding: Unanswered; readonly explanation: string } {
  if (answer.ok && answer.status === 200) {
    return {
      finding: 'other-body',
      explanation: 'An answer came, but not the one that the upstream gives in this run: it was not asked.',
    };
  }
  const error = answer.ok ? errorOf(answer.body) : undefined;
  if (queries.length === 0 && error === 'connect') {
    return {
      finding: 'no-lookup',
      explanation:
        'No resolver was asked for the name, and a connection to some address failed: the address came from somewhere else than a name server.',
    };
  }
  if (queries.length === 0) {
    return { finding: 'resolver-unreachable', explanation: whyUnasked(subject.service.dns) };
  }
  if (queries.every(({ answer: told }) => /NXDOMAIN|REFUSED|SERVFAIL/i.test(told))) {
    return {
      finding: 'no-such-name',
      explanation:
        'A resolver was reached and said that it knows no such name. Reaching a resolver is one half; asking it for the right name is the other.',
    };
  }
  if (error === 'connect' || error === 'timeout') {
    return {
      finding: 'connection-failed',
      explanation:
        'The name was looked up and an address came back, so DNS works. It is the connection to that address that failed.',
    };
  }
  return {
    finding: 'no-answer',
    explanation: 'A resolver answered, but the service did not hand on what the upstream says.',
  };
}

/** Why no resolver heard of a question, by the resolvers that the compose file names. */
function whyUnasked(configured: readonly string[]): string {
  const answering = configured.filter((address) => PUBLIC_RESOLVERS.has(address)).join(', ');
  const silent = configured.filter((address) => !PUBLIC_RESOLVERS.has(address)).join(', ');
  if (answering === '') {
    return `No resolver saw a query. The container asks ${silent === '' ? 'nobody that can be reached' : silent}, and nothing answers there: the name is fine, the one who is asked is not. Inside the container such a lookup ends as “temporary failure in name resolution”, after a long wait.`;
  }
  if (silent === '') {
    return `No resolver saw a query, although ${answering} would have answered: the question did not leave the container, or was put to somebody else.`;
  }
  return `No resolver saw a query. Resolvers are asked one after the other, each for a while: ${silent} never answers, and the lookup was given up before its turn came to ${answering}.`;
}

/** Queries for the upstream's name that the run's own container made. */
async function queriesOf(subject: Subject, signal: AbortSignal): Promise<readonly DnsQuery[]> {
  const { app, upstream: given } = subject;
  const seen = await subject.internet.queries(signal);
  return seen.filter(
    ({ name, client }) =>
      name.replace(/\.$/, '').toLowerCase() === given.name.toLowerCase() &&
      (app.address === null || client === app.address),
  );
}

function nonceOf(answer: HttpAnswer): unknown {
  const body = answer.ok && answer.status === 200 ? parseJson(answer.body) : undefined;
  return isRecord(body) ? body['nonce'] : undefined;
}

function errorOf(body: string): unknown {
  const json = parseJson(body);
  return isRecord(json) ? json['error'] : undefined;
}

function dnsEvidence(subject: Subject, queries: readonly DnsQuery[]): EvidenceOf<'dns'> {
  const answering = new Set(queries.map(({ server }) => server));
  const configured = subject.service.dns;
  const resolvers =
    configured.length > 0
      ? configured.map((address) => ({
          via: 'dns of the compose file',
          address,
          answers: answering.has(address) || PUBLIC_RESOLVERS.has(address),
        }))
      : [...answering].map((address) => ({ via: 'the engine’s default', address, answers: true }));
  return {
    type: 'dns',
    resolvers,
    queries: queries.slice(-30).map(({ atMs, server, name, recordType, answer }) => ({
      atMs: Math.max(0, atMs - subject.app.startedAtMs),
      server,
      name,
      recordType,
      answer,
    })),
  };
}

/** `nonces`: what each answer should have told. */
function exchanges(
  path: string,
  answers: readonly HttpAnswer[],
  nonces: readonly string[],
): EvidenceOf<'http'> {
  return {
    type: 'http',
    exchanges: answers.map((answer, index) => ({
      request: `GET ${path}${index === 0 ? '' : ' after the name had moved'}`,
      expected: `200 with nonce = ${nonces[index] ?? ''}`,
      observed: answer.ok ? String(answer.status) : whyNone(answer),
      body: answer.ok ? bodyText(answer.body) : '',
      ok: nonceOf(answer) === nonces[index],
    })),
  };
}
