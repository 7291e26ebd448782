import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { HttpAnswerSchema } from '../../src/adapters/docker/agents/http-answer-schema.ts';
import { testBases, testEngine } from './support/engine.ts';
import { Parsers } from './support/parsers.ts';

const MOST_BODY = 65_536;
const latin = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 30 })
  .map((all) => Buffer.from(all).toString('latin1'));
const number = fc.constantFrom(
  ...['200', '²00', '³', '+20', '-1', '0', '000', '2_0', '0x1f', ' 5', 'ffff', '9'.repeat(5_000), '1e9', ''],
);
const line = fc.oneof(
  number.map((value) => `Content-Length: ${value}`),
  fc.constantFrom('Transfer-Encoding: chunked', 'Content-Length: 3', ':', ''),
  latin,
);
/** An answer in its right shape, with anything in each of its places. */
const shaped = fc
  .record({
    status: fc.oneof(number, latin),
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2', 'ICY'),
    lines: fc.array(line, { maxLength: 4 }),
    chunks: fc.array(fc.tuple(fc.oneof(number, latin), latin), { maxLength: 4 }),
  })
  .map(({ status, version, lines, chunks }) => {
    const body = chunks.map(([size, data]) => `${size}\r\n${data}\r\n`).join('');
    return Buffer.from([`${version} ${status} x`, ...lines, '', body].join('\r\n'), 'latin1');
  });
/** Numbers to one who reads them loosely. */
const NUMBERS: [Uint8Array<ArrayBuffer>, 'GET'][] = [
  'HTTP/1.1 \xb200 OK\r\n\r\n',
  `HTTP/1.1 2${'0'.repeat(5_000)} OK\r\n\r\n`,
  'HTTP/1.1 200 OK\r\nContent-Length: \xb2\r\n\r\nxx',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-9\r\nxx\r\n0\r\n\r\n',
].map((text) => [Buffer.from(text, 'latin1'), 'GET']);
const whole = fc.record({
  status: fc.integer({ min: 200, max: 599 }).filter((status) => ![204, 304].includes(status)),
  reason: latin.map((text) => text.replaceAll(/[\r\n]/g, '')),
  framing: fc.constantFrom('length', 'chunked', 'close'),
  interim: fc.boolean(),
  body: fc.uint8Array({ maxLength: 300 }),
  repeat: fc.constantFrom(1, 1, 1, 400),
});
const Heard = z.object({
  answered: z.boolean(),
  noted: z.array(z.object({ name: z.string(), recordType: z.string() })),
});

describe('what a hostile service answers', () => {
  let parsers: Parsers;

  beforeAll(async () => {
    const docker = testEngine();
    parsers = await Parsers.start(docker, (await testBases(docker)).get('python:3.11-slim') ?? '');
  });
  afterAll(() => parsers[Symbol.asyncDispose]());

  it('is an answer or the want of one, whatever its bytes, and never a fault of ours', async () => {
    const said = fc.oneof(
      { weight: 3, arbitrary: shaped },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    );
    await fc.assert(
      fc.asyncProperty(said, fc.constantFrom('GET', 'HEAD'), async (bytes, method) => {
        const answer = await parsers.http(bytes, method, HttpAnswerSchema);

        const word = answer.ok ? 'answered' : answer.error;
        expect(['answered', 'closed', 'protocol', 'reset']).toContain(word);
        if (!answer.ok) return;
        expect(String(answer.status)).toMatch(/^[2-9]\d\d$/);
        expect(answer.body.length).toBeLessThanOrEqual(MOST_BODY);
      }),
      { numRuns: 500, examples: NUMBERS },
    );
  });

  it('is heard to the byte where it is HTTP, up to a limit', async () => {
    await fc.assert(
      fc.asyncProperty(whole, async ({ status, reason, framing, interim, body, repeat }) => {
        const data = Buffer.concat(Array.from({ length: repeat }, () => Buffer.from(body)));
        const head = Buffer.from(
          [
            ...(interim ? ['HTTP/1.1 100 Continue', ''] : []),
            `HTTP/1.1 ${status} ${reason}`,
            ...(framing === 'length' ? [`Content-Length: ${data.length}`] : []),
            ...(framing === 'chunked' ? ['Transfer-Encoding: chunked'] : []),
            '',
            '',
          ].join('\r\n'),
          'latin1',
        );

        const answer = await parsers.http(
          Buffer.concat([head, framing === 'chunked' ? chunked(data) : data]),
          'GET',
          HttpAnswerSchema,
        );

        expect(answer).toMatchObject({
          ok: true,
          status,
          body: data.subarray(0, MOST_BODY).toString(),
          truncated: data.length > MOST_BODY,
        });
      }),
      { numRuns: 200 },
    );
  });

  it('and asks of the resolver is noted as it was, or is no question', async () => {
    const label = fc
      .array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 63 })
      .map((all) => Buffer.from(all));
    const question = fc.array(label, { maxLength: 6 }).map((labels) => ({
      name: labels.map((each) => each.toString('latin1')).join('.'),
      packet: Buffer.concat([
        Buffer.from('12340100000100000000000000'.slice(0, 24), 'hex'),
        ...labels.flatMap((each) => [Buffer.from([each.length]), each]),
        Buffer.from([0, 0, 1, 0, 1]),
      ]),
    }));
    await fc.assert(
      fc.asyncProperty(question, fc.uint8Array({ maxLength: 300 }), async ({ name, packet }, noise) => {
        const heard = await parsers.dns(packet, Heard);
        const other = await parsers.dns(noise, Heard);

        expect(heard).toEqual({ answered: true, noted: [{ name: name.slice(0, 255), recordType: 'A' }] });
        expect(other.noted.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });
});

function chunked(data: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += 1_000) {
    const part = data.subarray(at, at + 1_000);
    parts.push(Buffer.from(`${part.length.toString(16)};x=y\r\n`), part, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}
