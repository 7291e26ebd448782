import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { Subject } from '../app/ports/subject.ts';
import type { EvidenceOf } from '../core/evidence.ts';
import { clip } from '../core/clip.ts';
import { isRecord, parseJson } from '../core/json.ts';
import { logEvidence } from '../core/run-evidence.ts';
import { failed, passed, plural } from './outcome.ts';
import { waitFor } from './wait-for.ts';

const Request = z.strictObject({
  method: z.string().default('GET'),
  path: z.string().startsWith('/'),
  body: z.string().max(4096).optional(),
  /** The status that is answered, and that the line must tell. */
  status: z.number().int().min(100).max(599),
});

const Parameters = z.strictObject({
  requests: z
    .array(Request)
    .min(1)
    .max(10)
    .default([
      { method: 'GET', path: '/health', status: 200 },
      { method: 'GET', path: '/no-such-route', status: 404 },
    ]),
  /** The header that carries a request's id. */
  header: z.string().default('x-request-id'),
  /** The names of what a line must tell. */
  fields: z
    .strictObject({
      id: z.string().default('request_id'),
      method: z.string().default('method'),
      path: z.string().default('path'),
      status: z.string().default('status'),
      duration: z.string().default('duration_ms'),
    })
    .prefault({}),
  withinMs: z.number().int().min(500).max(20_000).default(5_000),
});
type Parameters = z.infer<typeof Parameters>;
type Request = z.infer<typeof Request>;

interface Asked {
  readonly request: Request;
  readonly id: string;
  readonly answer: string;
}

/** What is wrong with the log of one request; `finding` null where nothing is. */
interface Judged {
  readonly asked: Asked;
  readonly finding: 'missing' | 'not-json' | 'wrong-fields' | 'doubled' | null;
  readonly line: string;
  readonly told: string;
}

/** Each request leaves one structured line on the container's output, found by an id that was never used before. */
export const requestLog = checkKind({
  name: 'request-log',
  schema: Parameters,
  findings: ['missing', 'not-json', 'wrong-fields', 'doubled'],
  needs: 'answer',
  use: 'shared',
  async run(subject, parameters, signal) {
    const asked: Asked[] = [];
    for (const request of parameters.requests)
      asked.push(await ask(subject, request, parameters.header, signal));
    const { log, judged } = await waitFor(
      async () => {
        const excerpt = await subject.app.log(signal);
        return { log: excerpt, judged: asked.map((one) => judge(one, excerpt.lines, parameters)) };
      },
      (seen) => seen.judged.every((one) => one.finding === null),
      { withinMs: parameters.withinMs, everyMs: 300 },
      signal,
    );

    const { fields } = parameters;
    const wrong = judged.filter((one) => one.finding !== null);
    const findings = {
      expected: `One line a request on the container's output that is a JSON object with \`${fields.id}\`, \`${fields.method}\`, \`${fields.path}\`, \`${fields.status}\` and \`${fields.duration}\`, as they were.`,
      observed:
        wrong.length === 0
          ? `${plural(judged.length, 'request')} with fresh ids, and for each the one right line.`
          : `${plural(wrong.length, 'request')} of ${judged.length} not logged as expected. ${wrong.map((one) => one.told).join(' ')}`,
      explanation:
        'A container has no log files to look into: what it writes to its standard output is its log, and a machine has to read it. One JSON document a line, with the id that the caller knows, makes it possible to find the one request that went wrong among millions.',
      evidence: [exchanges(judged), logEvidence(log)],
    };
    const finding = wrong[0]?.finding ?? null;
    if (finding === null) return passed(findings);
    return failed(finding, { ...findings, ...(finding === 'missing' && { byTime: 'not-yet' }) });
  },
});

async function ask(subject: Subject, request: Request, header: string, signal: AbortSignal): Promise<Asked> {
  const id = `lab-${randomBytes(12).toString('hex')}`;
  if (subject.port === null) return { request, id, answer: 'no port is published' };
  const { method, path, body } = request;
  const headers = { [header]: id, ...(body !== undefined && { 'content-type': 'application/json' }) };
  const probe = { method, path, headers, timeoutMs: 5_000, ...(body !== undefined && { body }) };
  const answer = await subject.app.request(subject.port, probe, signal);
  return { request, id, answer: answer.ok ? `status ${answer.status}` : `no answer (${answer.error})` };
}

function judge(asked: Asked, lines: readonly string[], { fields }: Parameters): Judged {
  const { request, id } = asked;
  const name = `\`${request.method} ${request.path}\``;
  const [line, ...others] = lines.filter((text) => text.includes(id));
  if (line === undefined) {
    const told = `${name} (${asked.answer}) left no line with its id \`${id}\`.`;
    return { asked, finding: 'missing', line: '', told };
  }
  if (others.length > 0) {
    return { asked, finding: 'doubled', line, told: `${name} left ${others.length + 1} lines, not one.` };
  }
  const document = parseJson(line);
  if (!isRecord(document))
    return { asked, finding: 'not-json', line, told: `The line of ${name} is no JSON object.` };
  const expected: readonly [string, unknown][] = [
    [fields.id, id],
    [fields.method, request.method],
    [fields.path, request.path.split('?')[0]],
    [fields.status, request.status],
  ];
  const wrong = expected.filter(([field, value]) => document[field] !== value).map(([field]) => field);
  const duration = document[fields.duration];
  if (typeof duration !== 'number' || !(duration >= 0)) wrong.push(fields.duration);
  if (wrong.length === 0) return { asked, finding: null, line, told: '' };
  const told = `The line of ${name} (${asked.answer}) tells another or no ${wrong.map((field) => `\`${field}\``).join(', ')}.`;
  return { asked, finding: 'wrong-fields', line, told };
}

function exchanges(judged: readonly Judged[]): EvidenceOf<'http'> {
  return {
    type: 'http',
    exchanges: judged.map(({ asked, finding, line }) => ({
      request: `${asked.request.method} ${asked.request.path} (id ${asked.id})`,
      expected: `one JSON line with status ${asked.request.status}`,
      observed: `${asked.answer}; ${finding ?? 'the right line'}`,
      body: clip(line, 500),
      ok: finding === null,
    })),
  };
}
