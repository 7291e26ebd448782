import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraderFault } from '../../src/core/grader-fault.ts';
import type { RunningWorker } from '../../src/compose-worker.ts';
import { sql } from './support/database.ts';
import { type Stack, startStack } from './support/stack.ts';
import { waitUntil } from './support/wait-until.ts';

const TOKEN = 'a token for Prometheus'.replaceAll(' ', '-');

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function ask(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
  return { status: response.status, text: await response.text() };
}

/** The value of one line of metrics; 0 where there is none. */
function valueOf(text: string, line: string): number {
  const found = text.split('\n').find((each) => each.startsWith(`${line} `));
  return Number(found?.slice(line.length) ?? 0);
}

describe('metrics', () => {
  it('are for who asks on this machine, but not for who comes through a proxy', async () => {
    await using stack = await startStack();

    const local = await ask(`${stack.api.url}/metrics`);
    const proxied = await ask(`${stack.api.url}/metrics`, { 'x-forwarded-for': '198.51.100.7' });

    expect(local.status).toBe(200);
    expect(proxied.status).toBe(403);
    expect(proxied.text).toContain('METRICS_TOKEN');
  });

  it('are for who brings the token where there is one, wherever they come from', async () => {
    await using stack = await startStack({ environment: { METRICS_TOKEN: TOKEN } });
    const forwarded = { 'x-forwarded-for': '198.51.100.7' };

    const without = await ask(`${stack.api.url}/metrics`);
    const wrong = await ask(`${stack.api.url}/metrics`, { authorization: `Bearer ${TOKEN}x` });
    const right = await ask(`${stack.api.url}/metrics`, { ...forwarded, authorization: `Bearer ${TOKEN}` });

    expect([without.status, wrong.status, right.status]).toEqual([401, 401, 200]);
    expect(without.text).not.toContain('labgrader_queue_runs');
  });

  it('tell how long the oldest run has been waiting', async () => {
    await using stack = await startStack();
    const ada = await stack.person('ada', 'learner');
    await ada.submit('fixed');
    await sql(stack.config.databaseUrl, `UPDATE run SET queued_at = now() - interval '10 minutes'`);

    const { text } = await ask(`${stack.api.url}/metrics`);

    expect(valueOf(text, 'labgrader_queue_runs{state="queued"}')).toBe(1);
    expect(valueOf(text, 'labgrader_queue_oldest_seconds')).toBeGreaterThan(590);
  });
});

describe('a worker that is watched', () => {
  let stack: Stack;
  let worker: RunningWorker;
  /** What its engine and its canary say. */
  const engine = { up: true };

  beforeAll(async () => {
    stack = await startStack({ environment: { WORKER_METRICS_PORT: '0', WORKER_SLOTS: '2' } });
    const disk = { imagesBytes: 7, buildCacheBytes: 5, containersBytes: 3, volumesBytes: 1 };
    worker = await stack.worker({
      unfitAgainMs: 200,
      prove: () => Promise.resolve(engine.up ? undefined : 'the engine is gone'),
      engine: { isUp: () => Promise.resolve(engine.up), disk: () => Promise.resolve(disk) },
    });
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  async function ready(status: number): Promise<unknown> {
    const answer = await waitUntil(`readyz says ${status}`, async () => {
      const now = await ask(`${worker.url ?? ''}/readyz`);
      return now.status === status && now;
    });
    return JSON.parse(answer.text);
  }

  it('says that it is ready, and on what that rests', async () => {
    expect(await ready(200)).toEqual({
      status: 'ok',
      postgres: 'up',
      migrations: 'applied',
      redis: 'up',
      engine: 'up',
      grader: 'proved',
    });
  });

  it('counts verdicts, phases, faults, canaries, benches and disk', async () => {
    const ada = await stack.person('ada', 'learner');
    stack.grader.faultsLeft = 1;
    const { id } = await ada.submit('faulty fixed');
    await ada.until(id, 'done');

    const verdicts = 'labgrader_verdicts_total{verdict="passed",scenario="port-bind"}';
    // The verdict is there a moment before it is counted.
    const text = await waitUntil('the verdict is counted', async () => {
      const now = await ask(`${worker.url ?? ''}/metrics`);
      return valueOf(now.text, verdicts) > 0 && now.text;
    });

    expect(valueOf(text, verdicts)).toBe(1);
    expect(valueOf(text, 'labgrader_faults_total{scenario="port-bind"}')).toBe(1);
    expect(valueOf(text, 'labgrader_runs_total{outcome="fault",scenario="unknown"}')).toBe(1);
    expect(valueOf(text, 'labgrader_run_seconds_count{scenario="port-bind"}')).toBe(1);
    expect(valueOf(text, 'labgrader_canaries_total{outcome="passed"}')).toBeGreaterThan(1);
    expect(valueOf(text, 'labgrader_canary_last_passed_timestamp_seconds')).toBeGreaterThan(1e9);
    expect(
      valueOf(text, 'labgrader_benches{state="busy"}') + valueOf(text, 'labgrader_benches{state="free"}'),
    ).toBe(2);
    expect(valueOf(text, 'labgrader_engine_disk_bytes{kind="images"}')).toBe(7);
    expect(valueOf(text, 'labgrader_worker_takes_runs')).toBe(1);
  });

  it('takes nothing and says so while its engine is away, and works again once it is back', async () => {
    const ada = await stack.person('ida', 'learner');
    engine.up = false;
    const away = await ready(503);
    await waitUntil('it refuses', async () => {
      const now = await ask(`${worker.url ?? ''}/metrics`);
      return valueOf(now.text, 'labgrader_worker_takes_runs') === 0;
    });
    const { id } = await ada.submit('fixed');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const meanwhile = await ada.submission(id);
    engine.up = true;
    const submission = await ada.until(id, 'done', 60_000);

    expect(away).toMatchObject({ status: 'down', engine: 'down' });
    expect(meanwhile.status).toBe('queued');
    expect(submission).toMatchObject({ verdict: 'passed', attempt: 1 });
    expect(await ready(200)).toMatchObject({ grader: 'proved' });
  }, 120_000);

  it('is not ready, and the API neither, while the database lacks a migration', async () => {
    const { databaseUrl } = stack.config;
    const [last] = await sql(databaseUrl, 'SELECT max(migration_name) AS name FROM _prisma_migrations');
    const ledger = 'UPDATE _prisma_migrations SET rolled_back_at = $2::timestamptz WHERE migration_name = $1';
    await sql(databaseUrl, ledger, [last?.['name'], new Date()]);

    const api = await ask(`${stack.api.url}/readyz`);
    const down = await ready(503);
    await sql(databaseUrl, ledger, [last?.['name'], null]);

    expect(api.status).toBe(503);
    expect(JSON.parse(api.text)).toMatchObject({ status: 'down', postgres: 'up', migrations: 'pending' });
    expect(down).toMatchObject({ postgres: 'up', migrations: 'pending' });
    expect(await ready(200)).toMatchObject({ migrations: 'applied' });
  });
});

it('a worker without a port answers nobody', async () => {
  await using stack = await startStack();

  const worker = await stack.worker();

  expect(worker.url).toBeNull();
});

it('a run that faults goes to another worker, not to the one that has to prove itself again', async () => {
  await using stack = await startStack({ environment: { WORKER_SLOTS: '4' } });
  const ada = await stack.person('ada', 'learner');
  const broken = { proofs: 0, graded: 0 };
  const first = await stack.worker({
    // Proves itself once, and never again.
    prove: () => Promise.resolve(broken.proofs++ === 0 ? undefined : 'the engine is gone'),
    grade: () => {
      broken.graded += 1;
      return Promise.reject(new GraderFault('the engine is gone'));
    },
  });
  const { id } = await ada.submit('fixed');
  await waitUntil('the first worker has faulted', () => Promise.resolve(broken.graded > 0));
  const second = await stack.worker();

  const submission = await ada.until(id, 'done', 30_000);

  expect(submission).toMatchObject({ verdict: 'passed', attempt: 1, counts: true });
  expect(broken.graded).toBe(1);
  const [run] = await sql(stack.config.databaseUrl, 'SELECT worker, faults FROM run');
  expect(run).toEqual({ worker: second.id, faults: 1 });
  expect(first.id).not.toBe(second.id);
});
