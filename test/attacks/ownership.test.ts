import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Accepted } from '../../src/http/schemas/submission.ts';
import type { Client } from '../integration/support/client.ts';
import { sql } from '../integration/support/database.ts';
import { type Stack, startStack } from '../integration/support/stack.ts';
import { SUBMISSIONS } from './support/arena.ts';

const CHEAP = { Dockerfile: 'FROM nowhere.example/x\n' };

describe('a submission', () => {
  let stack: Stack;
  let mallory: Client;

  beforeAll(async () => {
    stack = await startStack();
    mallory = await stack.person('mallory', 'learner');
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it('row 7: is nobody else’s to see or to change, whatever role is claimed', async () => {
    const bob = await stack.person('bob', 'learner');
    const outsider = await stack.person('olga', 'outsider');
    const { id } = await bob.ask(Accepted, 'POST', SUBMISSIONS, { files: CHEAP });
    for (const other of [mallory, outsider]) {
      for (const path of ['', '/files', '/archive', '/events'])
        expect([403, 404]).toContain((await other.get(`/submissions/${id}${path}`)).status);
      for (const [path, body] of [
        ['cancel', undefined],
        ['regrade', { reason: 'because' }],
      ] as const) {
        const reply = await other.send('POST', `/submissions/${id}/${path}`, body, {
          'x-role': 'instructor',
          'x-user': bob.personId,
          cookie: `labgrader_session=${bob.token ?? ''}`,
        });
        expect([403, 404]).toContain(reply.status);
      }
      const query = await other.get(`${SUBMISSIONS}?person=${bob.personId}`);
      expect(query.text).not.toContain(id);
    }
    const forged = { files: CHEAP, person: bob.personId, role: 'instructor', score: 100 };
    expect((await mallory.send('POST', SUBMISSIONS, forged)).status).toBe(400);
    expect((await bob.submission(id)).status).toBe('queued');
  });

  it('row 7: with an expired token is not taken', async () => {
    const late = await stack.person('late', 'learner');
    stack.clock.set('2099-01-01T00:00:00Z');
    const reply = await late.send('POST', SUBMISSIONS, { files: CHEAP });
    stack.clock.set(new Date().toISOString());

    expect(reply.status).toBe(401);
    const rows = await sql(stack.config.databaseUrl, 'SELECT id FROM submission WHERE person_id = $1', [
      late.personId,
    ]);
    expect(rows).toEqual([]);
  });

  it('row 10: has no way back in: no route takes a result', async () => {
    const document = await mallory.get('/openapi.json');
    const paths = /"(\/[^"]*)":\{"(?:post|put|patch)"/g;
    const changing = [...document.text.matchAll(paths)].map(([, path]) => path ?? '');
    expect(changing.length).toBeGreaterThan(5);
    expect(changing.filter((path) => /result|verdict|callback|report|webhook\/run/.test(path))).toEqual([]);
    const { id } = await mallory.ask(Accepted, 'POST', SUBMISSIONS, { files: CHEAP });
    const [run] = (await mallory.submission(id)).runs;
    for (const path of [`/runs/${run?.id ?? ''}`, `/runs/${run?.id ?? ''}/result`, `/submissions/${id}`]) {
      for (const method of ['POST', 'PUT', 'PATCH']) {
        const reply = await mallory.send(method, path, { verdict: 'passed', score: 100, fence: null });
        expect([404, 405]).toContain(reply.status);
      }
    }
    expect((await mallory.submission(id)).score).toBeNull();
  });
});
