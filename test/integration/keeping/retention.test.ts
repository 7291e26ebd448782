import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outboxStore } from '../../../src/adapters/postgres/outbox-store.ts';
import { openDatabase } from '../../../src/adapters/postgres/database.ts';
import { dropExpired } from '../../../src/app/drop-expired.ts';
import { startHousekeeping } from '../../../src/compose-housekeeping.ts';
import { composeStores } from '../../../src/compose-stores.ts';
import type { RetentionPolicy } from '../../../src/core/retention.ts';
import { Gradebook } from '../../../src/http/schemas/gradebook.ts';
import { RegradeAccepted } from '../../../src/http/schemas/regrade.ts';
import { FileList } from '../../../src/http/schemas/submission.ts';
import type { Client } from '../support/client.ts';
import { sql } from '../support/database.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { waitUntil } from '../support/wait-until.ts';

const DAY_MS = 24 * 3_600_000;
const POLICY: RetentionPolicy = { filesDays: 30, evidenceDays: 60, submissionsDays: 200 };
const ENVIRONMENT = { KEEP_FILES_DAYS: '30', KEEP_EVIDENCE_DAYS: '60', KEEP_SUBMISSIONS_DAYS: '200' };

describe('what was submitted', () => {
  let stack: Stack;
  let db: ReturnType<typeof openDatabase>;
  let stores: ReturnType<typeof composeStores>;
  let teacher: Client;
  const started = Date.now();
  beforeAll(async () => {
    stack = await startStack({ environment: ENVIRONMENT });
    await stack.worker();
    db = openDatabase({ url: stack.config.databaseUrl, connections: 2 });
    stores = composeStores(db);
    teacher = await person('teacher', 'instructor');
  });
  afterAll(async () => {
    await db.$disconnect();
    await stack[Symbol.asyncDispose]();
  });

  function inDays(days: number): void {
    stack.clock.set(new Date(started + days * DAY_MS).toISOString());
  }
  /** Somebody whose token outlives the years of these tests. */
  async function person(name: string, role: 'learner' | 'instructor'): Promise<Client> {
    const client = await stack.person(name, role);
    await sql(stack.config.databaseUrl, "UPDATE token SET expires_at = '2100-01-01'");
    return client;
  }
  const drop = (policy = POLICY) =>
    dropExpired({ ...stores, clock: stack.clock }, policy, AbortSignal.timeout(20_000));

  it('loses files, then evidence, then all but its line, each in its time and never what counts in a running course', async () => {
    inDays(0);
    const ada = await person('ada', 'learner');
    const first = await ada.submit('broken one');
    await ada.until(first.id, 'done');
    const second = await ada.submit('half two');
    const counting = await ada.until(second.id, 'done');
    expect(counting.kept.files).toMatchObject({ isOver: false, removedAt: null });

    inDays(29);
    expect(await drop()).toEqual({ files: 0, evidence: 0, submissions: 0, heldBack: 0 });

    inDays(31);
    expect(await drop()).toEqual({ files: 1, evidence: 0, submissions: 0, heldBack: 1 });
    const bare = await ada.submission(first.id);
    expect(bare.kept.files.removedAt).not.toBeNull();
    expect(bare).toMatchObject({ verdict: 'failed', score: 0, changes: null, canRegrade: false });
    expect(bare.report?.checks[0]?.evidence).toHaveLength(1);
    const refused = await ada.get(`/submissions/${first.id}/files`);
    expect(refused).toMatchObject({ status: 404, body: { rule: 'retention.files' } });
    expect((await ada.get(`/submissions/${first.id}/archive`)).status).toBe(404);
    const files = await ada.ask(FileList, 'GET', `/submissions/${second.id}/files`);
    expect(files.files.length).toBeGreaterThan(0);
    expect((await ada.submission(second.id)).kept.files).toMatchObject({ isOver: true, removedAt: null });

    inDays(61);
    expect(await drop()).toMatchObject({ files: 0, evidence: 1, heldBack: 1 });
    const stripped = await ada.submission(first.id);
    expect(stripped.report?.checks[0]).toMatchObject({
      evidence: [],
      status: 'failed',
      hint: 'Look at the address.',
    });

    // Ninety days after the last submission the course is over: what counted goes as well.
    inDays(201);
    expect(await drop()).toEqual({ files: 1, evidence: 0, submissions: 2, heldBack: 0 });
    const over = await ada.submission(second.id);
    expect(over).toMatchObject({ verdict: 'failed', score: 60, counts: true });
    expect(over.kept.submission.removedAt).not.toBeNull();
    expect(over.report?.checks.map((check) => [check.points, check.observed, check.evidence])).toEqual([
      [60, '', []],
      [0, '', []],
    ]);
    const book = await teacher.ask(Gradebook, 'GET', '/courses/docker-101/gradebook');
    expect(JSON.stringify(book)).toContain('60');
    expect(await drop()).toEqual({ files: 0, evidence: 0, submissions: 0, heldBack: 0 });

    const audit = await sql(
      stack.config.databaseUrl,
      "SELECT detail->>'what' AS what, (detail->>'submissions')::int AS count FROM audit_entry WHERE act = 'retention.dropped' ORDER BY id",
    );
    expect(audit).toEqual([
      { what: 'files', count: 1 },
      { what: 'evidence', count: 1 },
      { what: 'submissions', count: 2 },
      { what: 'files', count: 1 },
    ]);
    const kept = await sql(stack.config.databaseUrl, "SELECT 1 FROM audit_entry WHERE act = 'run.recorded'");
    expect(kept.length).toBeGreaterThanOrEqual(2);
  });

  it('keeps everything while it is in an open regrade set, and goes on waiting for its turn', async () => {
    inDays(300);
    const bob = await person('bob', 'learner');
    const first = await bob.submit('broken regraded');
    await bob.until(first.id, 'done');
    const better = await bob.submit('fixed regraded');
    await bob.until(better.id, 'done');
    stack.grader.worth = { fixed: 100, half: 60, regraded: 50 };
    const set = await teacher.ask(RegradeAccepted, 'POST', `/submissions/${first.id}/regrade`, {
      reason: 'A mended check',
    });
    await waitUntil('the regrade', async () => {
      const [run] = await sql(stack.config.databaseUrl, 'SELECT state FROM run WHERE id = $1', [set.run]);
      return run?.['state'] === 'done';
    });
    await sql(stack.config.databaseUrl, "UPDATE regrade_set SET state = 'open' WHERE id = $1", [
      set.regradeSet,
    ]);

    inDays(700);
    const held = await drop();
    await sql(stack.config.databaseUrl, "UPDATE regrade_set SET state = 'dropped' WHERE id = $1", [
      set.regradeSet,
    ]);
    const after = await drop();

    expect(held).toMatchObject({ submissions: 1, heldBack: 1 });
    expect(after).toMatchObject({ submissions: 1, heldBack: 0 });
  });

  it('comes back whole when the same files are submitted again', async () => {
    inDays(1000);
    const cleo = await person('cleo', 'learner');
    const first = await cleo.submit('broken again');
    await cleo.until(first.id, 'done');
    const later = await cleo.submit('fixed later');
    await cleo.until(later.id, 'done');
    inDays(1040);
    await drop();
    expect((await cleo.get(`/submissions/${first.id}/files`)).status).toBe(404);

    const again = await cleo.submit('broken again');
    await cleo.until(again.id, 'done');

    const files = await cleo.ask(FileList, 'GET', `/submissions/${again.id}/files`);
    expect(files.files.some((file) => file.text?.includes('broken again') === true)).toBe(true);
    await drop();
    expect((await cleo.get(`/submissions/${again.id}/files`)).status).toBe(200);
  });

  it('stays for ever where no policy says otherwise', async () => {
    inDays(5000);

    const dropped = await drop({ filesDays: null, evidenceDays: null, submissionsDays: null });

    expect(dropped).toEqual({ files: 0, evidence: 0, submissions: 0, heldBack: 0 });
  });

  it('is looked through by the service itself', async () => {
    inDays(5000);
    const dora = await person('dora', 'learner');
    const { id } = await dora.submit('refused by policy');
    await dora.until(id, 'done');
    inDays(6000);

    const deps = { ...stores, outbox: outboxStore(db), clock: stack.clock };
    await using _housekeeping = startHousekeeping(POLICY, deps, pino({ level: 'silent' }), 50);

    await waitUntil('removed', async () => (await dora.submission(id)).kept.submission.removedAt !== null);
    // By then nobody has to be told of any run.
    await waitUntil('forgotten', async () => {
      const rows = await sql(stack.config.databaseUrl, 'SELECT 1 FROM outbox');
      return rows.length === 0;
    });
  });
});
