import { once } from 'node:events';
import { IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Problem } from '../../src/http/schemas/field-types.ts';
import { FileList } from '../../src/http/schemas/submission.ts';
import { tarGz, zip } from '../unit/archive/archives.ts';
import { Accepted } from '../../src/http/schemas/submission.ts';
import type { Client } from './support/client.ts';
import { sql } from './support/database.ts';
import { type Stack, startStack } from './support/stack.ts';

const PATH = '/courses/docker-101/assignments/port-bind/submissions';
const GZIP = { 'content-type': 'application/gzip' };

describe('the intake', () => {
  let stack: Stack;
  let ada: Client;
  beforeAll(async () => {
    stack = await startStack({ environment: { UPLOAD_MIB: '1' } });
    ada = await stack.person('ada', 'learner');
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it('takes the same project alike, whatever carried it', async () => {
    const entries = [
      { name: 'fix/Dockerfile', text: 'FROM x' },
      { name: 'fix/src/app.py', text: 'print()' },
    ];
    const archive = await tarGz(entries);
    const form = new FormData();
    form.append('archive', new Blob([new Uint8Array(archive)]), 'fix.tgz');

    const replies = [
      await ada.send('POST', PATH, archive, GZIP),
      await ada.send('POST', PATH, zip(entries.map(({ name, text }) => ({ name, text }))), {
        'content-type': 'application/zip',
      }),
      await ada.send('POST', PATH, form),
    ];

    expect(replies.map((reply) => reply.status)).toEqual([202, 202, 202]);
    const digests = await sql(stack.config.databaseUrl, 'SELECT DISTINCT digest FROM submission');
    expect(digests).toHaveLength(1);
    const { files } = await ada.ask(
      FileList,
      'GET',
      `/submissions/${Accepted.parse(replies[0]?.body).id}/files`,
    );
    expect(files.map((file) => [file.path, file.text])).toEqual([
      ['Dockerfile', 'FROM x'],
      ['src/app.py', 'print()'],
    ]);
  });

  it('lays files over the starter, and takes away what is null', async () => {
    const reply = await ada.send('POST', PATH, {
      files: { Dockerfile: 'FROM y', 'src/app.py': null, 'new/x.sh': '#!/bin/sh' },
    });

    const { files } = await ada.ask(FileList, 'GET', `/submissions/${Accepted.parse(reply.body).id}/files`);
    expect(files.map((file) => [file.path, file.executable])).toEqual([
      ['Dockerfile', false],
      ['entrypoint.sh', true],
      ['new/x.sh', true],
    ]);
  });

  it('refuses with the file, the rule and the way out, and uses no attempt', async () => {
    const before = await sql(stack.config.databaseUrl, 'SELECT count(*)::int AS count FROM submission');

    const refused = await ada.send('POST', PATH, await tarGz([{ name: '../../etc/cron.d/x' }]), GZIP);
    const named = await ada.send('POST', PATH, { files: { '../x': 'y' } });
    const other = await ada.send('POST', PATH, 'hello', { 'content-type': 'text/plain' });

    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'archive-invalid', rule: 'archive.traversal' },
    });
    expect(refused.text).toContain('wayOut');
    expect(named).toMatchObject({ status: 422, body: { file: '../x' } });
    expect(other).toMatchObject({ status: 400, body: { rule: 'request.content-type' } });
    expect(await sql(stack.config.databaseUrl, 'SELECT count(*)::int AS count FROM submission')).toEqual(
      before,
    );
  });

  it('tells what it refuses while it is still being sent, by form or by body', async () => {
    const noise = Buffer.concat([gzipSync('').subarray(0, 10), Buffer.alloc(30_000_000, 7)]);
    for (const bytes of [noise, Buffer.from('not an archive'), Buffer.alloc(30_000_000, 7)]) {
      const form = new FormData();
      form.append('archive', new Blob([new Uint8Array(bytes)]), 'fix.tgz');

      for (const reply of [await ada.send('POST', PATH, bytes, GZIP), await ada.send('POST', PATH, form)]) {
        expect([413, 422]).toContain(reply.status);
        expect(Problem.parse(reply.body).rule).toMatch(/^archive\./);
      }
    }
    expect((await ada.get('/me')).status).toBe(200);
  });

  it.each([
    [1_000_000, 'keep-alive'],
    [100_000_000, 'close'],
  ])('answers before the rest of %i bytes has come: %s', async (bytes, connection) => {
    const upload = request(`${ada.url}/api/v1${PATH}`, {
      method: 'POST',
      headers: { ...GZIP, authorization: `Bearer ${ada.token ?? ''}`, 'content-length': bytes },
    });
    upload.on('error', () => undefined);
    upload.write('not an archive');
    const [answer] = z.tuple([z.instanceof(IncomingMessage)]).parse(await once(upload, 'response'));

    expect(answer.statusCode).toBe(422);
    expect(answer.headers.connection).toBe(connection);
    upload.destroy();
  });

  it.each([
    ['no form', 'hello', 400],
    ['a form that ends before its file', '--x\r\nContent-Disposition: form-data; na', 400],
    [
      'a form whose file breaks off',
      '--x\r\nContent-Disposition: form-data; name="archive"; filename="a.tgz"\r\n\r\n\x1f',
      422,
    ],
  ])('refuses %s, whether it ends there or hangs up', async (_what, text, status) => {
    const type = { 'content-type': 'multipart/form-data; boundary=x' };
    expect((await ada.send('POST', PATH, text, type)).status).toBe(status);

    for (const written of [text, '--']) {
      const upload = request(`${ada.url}/api/v1${PATH}`, {
        method: 'POST',
        headers: { ...type, authorization: `Bearer ${ada.token ?? ''}`, 'content-length': 1000 },
      });
      upload.on('error', () => undefined);
      upload.write(written);
      await sleep(100);
      upload.destroy();
    }
    await sleep(100);
    expect((await ada.get('/me')).status).toBe(200);
  });

  it('lets go of an upload that is broken off', async () => {
    await new Promise<void>((resolve) => {
      const upload = request(`${ada.url}/api/v1${PATH}`, {
        method: 'POST',
        headers: { ...GZIP, authorization: `Bearer ${ada.token ?? ''}`, 'content-length': '100000' },
      });
      upload.on('error', () => undefined);
      upload.on('close', resolve);
      upload.write(Buffer.from([0x1f, 0x8b, 8, 0]));
      setTimeout(() => upload.destroy(), 100);
    });

    expect((await ada.submit('fixed')).status).toBe('queued');
  });
});
