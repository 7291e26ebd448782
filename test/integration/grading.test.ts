import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { QueueOverview } from '../../src/http/schemas/operations.ts';
import { sql } from './support/database.ts';
import { type Stack, startStack } from './support/stack.ts';
import { waitUntil } from './support/wait-until.ts';

const SUBMISSIONS = '/courses/docker-101/assignments/port-bind/submissions';

describe('with a worker', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
    await stack.worker();
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it('a submission goes over the queue and gets its verdict', async () => {
    const ada = await stack.person('ada', 'learner');

    const accepted = await ada.submit('fixed');
    const submission = await ada.until(accepted.id, 'done');

    expect(accepted).toMatchObject({ attempt: 1, status: 'queued' });
    expect(submission).toMatchObject({ verdict: 'passed', score: 100, counts: true, attempt: 1 });
    expect(submission.report?.checks).toHaveLength(2);
    expect(submission.report?.checks[0]?.observed).toBe('nobody answered\uFFFD');
    expect(submission.changes).toEqual({ added: [], changed: ['Dockerfile'], removed: [] });
  });

  it('a second attempt knows the one before', async () => {
    const bob = await stack.person('bob', 'learner');
    const first = await bob.submit('broken');
    await bob.until(first.id, 'done');

    const second = await bob.submit('half');
    const submission = await bob.until(second.id, 'done');

    expect(submission).toMatchObject({ attempt: 2, score: 60, counts: true, verdict: 'failed' });
    expect(submission.previous).toMatchObject({ id: first.id, attempt: 1, verdict: 'failed', score: 0 });
    expect((await bob.submission(first.id)).counts).toBe(false);
  });

  it('what the policy rejects uses up no attempt', async () => {
    const cleo = await stack.person('cleo', 'learner');

    const { id } = await cleo.submit('refused');
    const submission = await cleo.until(id, 'done');

    expect(submission).toMatchObject({ verdict: 'rejected', counts: false });
    const [standing] = await sql(stack.config.databaseUrl, 'SELECT * FROM standing WHERE person_id = $1', [
      cleo.personId,
    ]);
    expect(standing).toMatchObject({ attempts_used: 0, score: null });
  });

  it('the same request sent many times at once is one submission and one run', async () => {
    const dora = await stack.person('dora', 'learner');

    const sent = Array.from({ length: 12 }, () => dora.submit('fixed', { 'idempotency-key': 'once' }));
    const ids = new Set((await Promise.all(sent)).map((accepted) => accepted.id));

    expect(ids.size).toBe(1);
    const runs = await sql(stack.config.databaseUrl, 'SELECT 1 FROM run WHERE submission_id = $1', [
      [...ids][0],
    ]);
    expect(runs).toHaveLength(1);
    const other = await dora.send(
      'POST',
      SUBMISSIONS,
      { files: { Dockerfile: 'other' } },
      { 'idempotency-key': 'once' },
    );
    expect(other.status).toBe(409);
  });

  it('a trial by staff is graded and stands in no gradebook', async () => {
    const ines = await stack.person('ines', 'instructor');

    const { id } = await ines.submit('fixed');
    const submission = await ines.until(id, 'done');

    expect(submission.runs).toMatchObject([{ kind: 'probe', state: 'done' }]);
    const gradebook = await ines.get('/courses/docker-101/gradebook');
    expect(gradebook.text).not.toContain(ines.personId);
  });
});

describe('what can go wrong', () => {
  let stack: Stack;
  beforeEach(async () => {
    stack = await startStack();
  });
  afterEach(() => stack[Symbol.asyncDispose]());

  it('a fault of the grader is tried again and costs no attempt', async () => {
    const ada = await stack.person('ada', 'learner');
    stack.grader.faultsLeft = 1;
    await stack.worker();

    const { id } = await ada.submit('faulty fixed');
    const submission = await ada.until(id, 'done', 15_000);

    expect(submission).toMatchObject({ verdict: 'passed', score: 100 });
    expect(stack.grader.graded).toHaveLength(2);
  });

  it('a fault that stays is given up, shown to staff and tried again when they say so', async () => {
    const [ada, ines] = [await stack.person('ada', 'learner'), await stack.person('ines', 'assistant')];
    await sql(stack.config.databaseUrl, `UPDATE assignment SET attempt_limit = 1`);
    await stack.worker();
    const { id } = await ada.submit('faulty fixed');

    const given = await ada.until(id, 'fault', 20_000);
    const overview = await ines.ask(QueueOverview, 'GET', '/queue');
    stack.grader.faultsLeft = 0;
    await ines.send('POST', `/runs/${overview.faults[0]?.run ?? ''}/retry`);

    expect(given).toMatchObject({ verdict: null, fault: null });
    expect(overview.faults).toMatchObject([{ submission: id, message: 'the engine is gone', tries: 3 }]);
    expect(await ada.until(id, 'done')).toMatchObject({ verdict: 'passed' });
  });

  it('a worker that dies loses its run to another, and the verdict is written once', async () => {
    const ada = await stack.person('ada', 'learner');
    const dead = await stack.worker({ tickMs: 60_000 });
    const { id } = await ada.submit('slow fixed');
    await ada.until(id, 'running');
    // As a kill would: the lease is not renewed any more, and the old worker still thinks that it holds the run.
    await sql(
      stack.config.databaseUrl,
      `UPDATE run SET lease_until = now() - interval '1 hour', fence = fence + 1`,
    );

    await stack.worker();
    await waitUntil('the run is taken over', () => Promise.resolve(stack.grader.graded.length === 2));
    stack.grader.release();
    const submission = await ada.until(id, 'done');

    expect(submission).toMatchObject({ verdict: 'passed', score: 100 });
    expect(dead.id).not.toBe('');
    const written = await sql(
      stack.config.databaseUrl,
      `SELECT 1 FROM audit_entry WHERE act = 'run.recorded'`,
    );
    expect(written).toHaveLength(1);
  });

  it('a worker that ends hands its run back untouched', async () => {
    const ada = await stack.person('ada', 'learner');
    const worker = await stack.worker();
    const { id } = await ada.submit('slow fixed');
    await ada.until(id, 'running');

    await worker[Symbol.asyncDispose]();

    const [run] = await sql(stack.config.databaseUrl, 'SELECT state, faults, worker FROM run');
    expect(run).toEqual({ state: 'queued', faults: 0, worker: null });
    await stack.worker();
    stack.grader.release();
    expect(await ada.until(id, 'done')).toMatchObject({ verdict: 'passed' });
  });

  it('a run that the queue forgot is rung for again', async () => {
    const ada = await stack.person('ada', 'learner');
    const { id } = await ada.submit('fixed');
    await sql(stack.config.databaseUrl, `UPDATE run SET rung_at = NULL`);
    await forget(stack);

    await stack.worker();

    expect(await ada.until(id, 'done')).toMatchObject({ verdict: 'passed' });
  });

  it('a newer submission takes the place of the older that waits, and its attempt', async () => {
    const ada = await stack.person('ada', 'learner');
    const older = await ada.submit('broken');
    const newer = await ada.submit('fixed');

    await stack.worker();
    await ada.until(newer.id, 'done');

    expect(await ada.submission(older.id)).toMatchObject({ status: 'superseded', verdict: null });
    expect(stack.grader.graded).toHaveLength(1);
    const [standing] = await sql(stack.config.databaseUrl, 'SELECT attempts_used FROM standing');
    expect(standing).toEqual({ attempts_used: 1 });
  });

  it('cancelling what runs ends it without a verdict, whatever the worker finds', async () => {
    const ada = await stack.person('ada', 'learner');
    await stack.worker();
    const { id } = await ada.submit('slow fixed');
    await ada.until(id, 'running');

    const cancelled = await ada.send('POST', `/submissions/${id}/cancel`);
    stack.grader.release();
    await waitUntil(
      'the worker has let go',
      async () =>
        (await sql(stack.config.databaseUrl, `SELECT 1 FROM run WHERE state = 'running'`)).length === 0,
    );

    expect(cancelled.status).toBe(200);
    expect(await ada.submission(id)).toMatchObject({ status: 'cancelled', verdict: null });
    expect((await ada.send('POST', `/submissions/${id}/cancel`)).status).toBe(409);
  });
});

it('takes submissions while Redis is away, and says so', async () => {
  await using stack = await startStack({ environment: { REDIS_URL: 'redis://127.0.0.1:1' } });
  const ada = await stack.person('ada', 'learner');

  const accepted = await ada.submit('fixed');

  expect(accepted).toMatchObject({ status: 'queued', position: 1 });
  const ready = await fetch(`${stack.api.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toEqual({
    status: 'degraded',
    postgres: 'up',
    migrations: 'applied',
    redis: 'down',
    reason: 'Redis gave no answer: submissions are taken in and wait, and are graded once it is back.',
  });
});

it('a worker ends in bounded time while Redis is away', async () => {
  await using stack = await startStack({ environment: { REDIS_URL: 'redis://127.0.0.1:1' } });
  const worker = await stack.worker();

  const ended = await Promise.race([
    worker[Symbol.asyncDispose]().then(() => 'ended'),
    new Promise((resolve) => setTimeout(resolve, 20_000, 'hangs')),
  ]);

  expect(ended).toBe('ended');
});

/** As a Redis that lost its data. */
async function forget(stack: Stack): Promise<void> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(stack.config.redis.url);
  const keys = await redis.keys(`${stack.config.redis.prefix}:*`);
  if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
}
