import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArchive } from '../../src/adapters/archive/read-archive.ts';
import { DEFAULT_INTAKE_LIMITS } from '../../src/core/intake-limits.ts';
import { Accepted } from '../../src/http/schemas/submission.ts';
import { Problem } from '../../src/http/schemas/field-types.ts';
import type { Client, Reply } from '../integration/support/client.ts';
import { sql } from '../integration/support/database.ts';
import { type Arena, startArena, SUBMISSIONS } from './support/arena.ts';
import { tarGz, zip } from './support/archives.ts';

const SUBMITTING_A_MINUTE = 120;
/** The policy refuses it at once, so that what is taken here costs no build. */
const CHEAP = { Dockerfile: 'FROM nowhere.example/x\n' };

describe('an upload', () => {
  let arena: Arena;
  let mallory: Client;

  beforeAll(async () => {
    arena = await startArena({ slots: 1, allowances: { submitting: SUBMITTING_A_MINUTE } });
    mallory = await arena.stack.person('mallory', 'learner');
  });
  afterAll(() => arena[Symbol.asyncDispose]());

  async function upload(bytes: Uint8Array, type = 'application/octet-stream'): Promise<Reply> {
    return mallory.send('POST', SUBMISSIONS, bytes, { 'content-type': type });
  }

  async function submissions(client: Client): Promise<number> {
    const rows = await sql(
      arena.stack.config.databaseUrl,
      'SELECT count(*)::int AS n FROM submission WHERE person_id = $1',
      [client.personId],
    );
    return Number(rows[0]?.['n']);
  }

  async function expectRefused(bytes: Uint8Array, rule: RegExp): Promise<void> {
    const before = await submissions(mallory);
    const reply = await upload(bytes);
    expect([413, 422], reply.text.slice(0, 300)).toContain(reply.status);
    const problem = Problem.parse(reply.body);
    expect(problem.rule).toMatch(rule);
    expect(problem.wayOut).toBeDefined();
    expect(await submissions(mallory)).toBe(before);
  }

  it.each(['../../etc/cron.d/x', '/etc/cron.d/labgrader-x', 'C:\\x', 'a/../../x', '..\\..\\x', '//x/y'])(
    'row 1: with the path %s is refused, as tar and as zip',
    async (name) => {
      await expectRefused(await tarGz([{ name, text: 'x' }]), /^archive\.(traversal|name|unreadable)$/);
      await expectRefused(zip([{ name }]), /^archive\.(traversal|name|unreadable)$/);
      expect(existsSync('/etc/cron.d/x') || existsSync('/etc/cron.d/labgrader-x')).toBe(false);
    },
  );

  it.each(['symlink', 'link', 'character-device', 'block-device', 'fifo'] as const)(
    'row 2: with a %s is refused, also where a file would go through it',
    async (type) => {
      const archive = await tarGz([
        { name: 'link', type, linkname: '/etc' },
        { name: 'link/passwd', text: 'x' },
      ]);
      await expectRefused(archive, /^archive\.(link|device|other)$/);
    },
  );

  it('row 2: with a link or a device in a zip is refused', async () => {
    await expectRefused(zip([{ name: 'link', text: '/etc/passwd', mode: 0o120777 }]), /^archive\.link$/);
    await expectRefused(zip([{ name: 'pipe', mode: 0o010644 }]), /^archive\.device$/);
  });

  it('row 3: that is a bomb is refused while it streams, and memory stays flat', async () => {
    const zeros = gzipSync(Buffer.alloc(128 * 1_048_576));
    const before = process.memoryUsage().rss;
    await expectRefused(
      Buffer.concat([zeros, zeros, zeros, zeros]),
      /^archive\.(ratio|unpacked-bytes|unreadable)$/,
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1_048_576);
  });

  it('row 3: of a million tiny files, or with the header of a huge one, is refused', async () => {
    const names = Array.from({ length: 3_000 }, (_, index) => `f${index}`);
    await expectRefused(await tarGz(names.map((name) => ({ name, text: '' }))), /^archive\.entries$/);
    await expectRefused(zip(names.map((name) => ({ name }))), /^archive\.entries$/);
    await expectRefused(
      zip([{ name: 'sparse', claimedBytes: 4_000_000_000 }]),
      /^archive\.(ratio|file-bytes|unreadable)$/,
    );
    await expectRefused(
      zip([{ name: 'liar', text: 'x'.repeat(5_000), claimedBytes: 1 }]),
      /^archive\.unreadable$/,
    );
    await expectRefused(await hugeHeader(), /^archive\.file-bytes$/);
  });

  it.each([
    ['twice the same', ['a', 'a']],
    ['names that differ in case', ['Dockerfile', 'dockerfile']],
    ['names that differ in normalisation', ['caf\u00e9', 'cafe\u0301']],
    ['a file that is a folder too', ['a', 'a/b']],
    ['a name of 4 KB', ['x'.repeat(4_096)]],
    ['a trailing dot', ['Dockerfile.']],
    ['a trailing blank', ['Dockerfile ']],
    ['a name that turns around', ['a\u202eb']],
    ['a NUL', ['a\0b']],
  ])('row 4: with %s is refused', async (_what, names) => {
    await expectRefused(
      zip(names.map((name) => ({ name }))),
      /^archive\.(collision|name|name-length|unreadable)$/,
    );
  });

  it('row 5: that breaks off, or tells a wrong length, leaves nothing', async () => {
    const before = await submissions(mallory);
    await expectRefused(
      (await tarGz([{ name: 'Dockerfile', text: 'x'.repeat(9_000) }])).subarray(0, 60),
      /unreadable/,
    );
    const { hostname, port } = new URL(arena.stack.api.url);
    for (const length of ['1000000', '10', '-1', 'x']) {
      await rawRequest(hostname, Number(port), [
        `POST /api/v1${SUBMISSIONS} HTTP/1.1`,
        'Host: x',
        `Authorization: Bearer ${mallory.token ?? ''}`,
        'Content-Type: application/gzip',
        `Content-Length: ${length}`,
      ]);
    }
    expect(await submissions(mallory)).toBe(before);
  });

  it('row 5: that drips is ended, and forty that hang keep nobody from being answered', async () => {
    const drip = Readable.from(
      (async function* () {
        for (const byte of gzipSync(randomBytes(10_000))) {
          yield Buffer.from([byte]);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      })(),
    );
    await expect(readArchive(drip, { ...DEFAULT_INTAKE_LIMITS, uploadMs: 300 })).rejects.toMatchObject({
      details: { rule: 'archive.upload-time' },
    });

    const { hostname, port } = new URL(arena.stack.api.url);
    const hanging = Array.from({ length: 40 }, () => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write('POST /api/v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nX-Slow: ');
      return socket;
    });
    const reply = await mallory.get('/me');
    for (const socket of hanging) socket.destroy();
    expect(reply.status).toBe(200);
  });

  it('row 6: sent a hundred times with one key, racing, is one submission', async () => {
    const ada = await arena.stack.person('ada', 'learner');
    const key = { 'idempotency-key': 'the-one' };
    const replies: Reply[] = [];
    for (let wave = 0; wave < 5; wave += 1) {
      const sent = Array.from({ length: 20 }, () => ada.send('POST', SUBMISSIONS, { files: CHEAP }, key));
      replies.push(...(await Promise.all(sent)));
    }
    const ids = new Set(replies.map((reply) => Accepted.parse(reply.body).id));

    expect(ids.size).toBe(1);
    expect(await submissions(ada)).toBe(1);
    expect((await ada.send('POST', SUBMISSIONS, { files: { Dockerfile: 'FROM y\n' } }, key)).status).toBe(
      409,
    );
  });

  it('row 5: sent many at once meets its allowance, and is told when to come again', async () => {
    const eve = await arena.stack.person('eve', 'learner');
    const archive = Buffer.from('not an archive');
    const replies = await Promise.all(
      Array.from({ length: SUBMITTING_A_MINUTE + 40 }, () =>
        eve.send('POST', SUBMISSIONS, archive, { 'content-type': 'application/gzip' }),
      ),
    );
    const turnedAway = replies.filter(({ status }) => status === 429);

    expect(replies.every(({ status }) => status === 422 || status === 429)).toBe(true);
    expect(turnedAway.length).toBeGreaterThan(0);
    expect(Number(turnedAway[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('of whatever kind, and the next honest one passes with nothing left behind', async () => {
    await arena.startWorker();
    await arena.expectUnharmed();
  });
});

/** A tar whose header claims gigabytes that never come. */
async function hugeHeader(): Promise<Uint8Array> {
  const archive = pack();
  archive.entry({ name: 'sparse', size: 4_000_000_000 });
  for await (const chunk of archive) if (Buffer.isBuffer(chunk)) return gzipSync(chunk);
  throw new Error('the archive has no header');
}

/** Sends a head and a little of a body, and hangs up. */
async function rawRequest(host: string, port: number, head: readonly string[]): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = connect(port, host);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve();
    });
    socket.resume();
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.write(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6]));
    setTimeout(() => {
      socket.destroy();
    }, 300);
  });
}
