import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningWorker } from '../../src/compose-worker.ts';
import type { Submission } from '../../src/http/schemas/submission.ts';
import type { Client } from '../integration/support/client.ts';
import { sql } from '../integration/support/database.ts';
import { type Stack, startStack } from '../integration/support/stack.ts';
import { waitUntil } from '../integration/support/wait-until.ts';
import { SUBMISSIONS, expectOneVerdictEach } from './support/arena.ts';

const FLOOD = 500;
const WAVE = 20;

/** What the queue must bear has nothing to do with what is graded: a grader that answers at once stands in for it. */
describe('the queue', () => {
  let stack: Stack;
  let instructor: Client;
  let people = 0;

  beforeAll(async () => {
    // One at a time, so that the order of grading is the order of the queue.
    stack = await startStack({ environment: { WORKER_SLOTS: '1' } });
    instructor = await stack.person('ines', 'instructor');
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  async function learners(count: number): Promise<Client[]> {
    const made: Client[] = [];
    while (made.length < count) {
      people += 1;
      made.push(await stack.person(`queued-${people}`, 'learner'));
    }
    return made;
  }

  async function withWorker<T>(
    parts: Parameters<Stack['worker']>[0],
    body: (worker: RunningWorker) => Promise<T>,
  ): Promise<T> {
    const worker = await stack.worker(parts);
    try {
      return await body(worker);
    } finally {
      await worker[Symbol.asyncDispose]();
    }
  }

  it(`row 48: lets ${FLOOD} submissions by one learner push nobody else back by more than one place`, async () => {
    const [flooder, ...others] = await learners(6);
    if (!flooder) throw new Error('no learner');
    for (let sent = 0; sent < FLOOD; sent += WAVE) {
      await Promise.all(Array.from({ length: WAVE }, (_, index) => flooder.submit(`try ${sent + index}`)));
    }
    const accepted: { client: Client; id: string; position: number | null }[] = [];
    for (const client of others) accepted.push({ client, ...(await client.submit('fixed')) });

    for (const [index, { position }] of accepted.entries()) expect(position).toBeLessThanOrEqual(index + 2);
    await withWorker({}, async () => {
      for (const { client, id } of accepted) await client.until(id, 'done', 60_000);
    });
    const states = await sql(
      stack.config.databaseUrl,
      `SELECT status, count(*)::int AS n FROM submission WHERE person_id = $1 GROUP BY status`,
      [flooder.personId],
    );
    expect(states.find(({ status }) => status === 'superseded')?.['n']).toBe(FLOOD - 1);
  });

  it('row 51: gives a poisonous job up after some tries, and the others go on', async () => {
    const [poisoner, honest] = await learners(2);
    if (!poisoner || !honest) throw new Error('no learners');
    const poison = await poisoner.submit('faulty');
    const well = await honest.submit('fixed');
    await withWorker({}, async () => {
      await honest.until(well.id, 'done', 60_000);
      await poisoner.until(poison.id, 'fault', 60_000);
    });
    const seen = await instructor.submission(poison.id);

    expect(seen.fault).toContain('the engine is gone');
    expect(seen.runs[0]?.tries).toBe(stack.config.worker.faultLimit);
    expect((await honest.submission(well.id)).verdict).toBe('passed');
    await instructor.send('POST', `/submissions/${poison.id}/cancel`);
  });

  it('row 52: lets no learner’s time limits count against a worker', async () => {
    const slow = await learners(12);
    const sent = await Promise.all(
      slow.map(async (client) => ({ client, id: (await client.submit('broken')).id })),
    );
    const grade: typeof stack.grader.grade = async (job, listener, signal) => ({
      ...(await stack.grader.grade(job, listener, signal)),
      verdict: 'time-limit',
    });
    await withWorker({ grade }, async (worker) => {
      for (const { client, id } of sent) {
        expect((await client.until(id, 'done', 60_000)).verdict).toBe('time-limit');
      }
      const [row] = await sql(
        stack.config.databaseUrl,
        'SELECT state, note FROM worker_process WHERE id = $1',
        [worker.id],
      );
      expect(row).toMatchObject({ note: null });
      expect(['idle', 'busy']).toContain(row?.['state']);
    });
  });

  it('row 53: grades what learners hand in before what is graded again', async () => {
    const [old, fresh] = await learners(2);
    if (!old || !fresh) throw new Error('no learners');
    const { id } = await old.submit('half');
    await withWorker({}, () => old.until(id, 'done', 60_000));
    const again = await instructor.send('POST', `/submissions/${id}/regrade`, { reason: 'a mended check' });
    expect(again.status).toBe(202);
    const live = await fresh.submit('fixed');
    const first = (await instructor.submission(live.id)).runs[0]?.id;
    const regrade = (await instructor.submission(id)).runs.find(({ kind }) => kind === 'regrade')?.id;
    stack.grader.graded.length = 0;
    await withWorker({}, async () => {
      await waitUntil('both are graded', () => Promise.resolve(stack.grader.graded.length >= 2), 60_000);
      await fresh.until(live.id, 'done', 60_000);
    });

    expect(stack.grader.graded).toEqual([first, regrade]);
  });

  it('row 54: ends a cancellation that races a verdict in one legal state, for good', async () => {
    const racing = await learners(10);
    const ends = await withWorker({}, () =>
      Promise.all(
        racing.map(async (client): Promise<readonly [Client, Submission]> => {
          const { id } = await client.submit('fixed');
          await client.send('POST', `/submissions/${id}/cancel`);
          const end = await waitUntil('it is over', async () => {
            const submission = await client.submission(id);
            return ['done', 'cancelled'].includes(submission.status) && submission;
          });
          return [client, end];
        }),
      ),
    );
    for (const [client, end] of ends) {
      expect(end.verdict === null).toBe(end.status === 'cancelled');
      expect(await client.submission(end.id)).toMatchObject({ status: end.status, verdict: end.verdict });
    }
  });

  it('row 55: shows names and paths as text, wherever they are read', async () => {
    const path = '"><script>alert(1)</script>.txt';
    const [client] = await learners(1);
    const reply = await client?.send('POST', SUBMISSIONS, { files: { [path]: '<b>' } });

    expect(reply?.headers.get('content-type')).toMatch(/json/);
    expect(reply?.headers.get('x-content-type-options')).toBe('nosniff');
    expect(reply?.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(reply?.headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/);
  });

  it.each([
    "port-bind' OR '1'='1",
    'port-bind;DROP TABLE run',
    '..%2f..%2fetc%2fpasswd',
    'x%0d%0aSet-Cookie:%20a=b',
    '%00',
    '__proto__',
  ])('row 57: takes %s for a name that is not there', async (name) => {
    for (const path of [
      `/courses/${name}`,
      `/courses/docker-101/assignments/${name}`,
      `/submissions/${name}`,
      `/runs/${name}`,
      `${SUBMISSIONS}?person=${name}`,
      `${SUBMISSIONS}?before=${name}`,
      `/courses/docker-101/gradebook.csv?format=${name}`,
    ]) {
      const reply = await instructor.get(path);
      expect(reply.status, path).toBeLessThan(500);
      expect(reply.headers.get('set-cookie')).toBeNull();
    }
    expect((await instructor.get('/courses/docker-101')).status).toBe(200);
  });

  it.each(['score', 'verdict', 'attempt', 'submittedAt', 'personId', '__proto__'])(
    'rows 47, 57: takes no %s from a learner',
    async (field) => {
      const [client] = await learners(1);
      const body = `{"files": {"Dockerfile": "FROM x"}, ${JSON.stringify(field)}: 100}`;
      const reply = await client?.send('POST', SUBMISSIONS, body, { 'content-type': 'application/json' });
      expect([400, 202]).toContain(reply?.status);
      if (field !== '__proto__') expect(reply?.status).toBe(400);
    },
  );

  it('and has given every run that it graded one verdict', async () => {
    await expectOneVerdictEach(stack.config.databaseUrl);
  });
});
