import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gradebook } from '../../../src/http/schemas/gradebook.ts';
import { PersonRemoval } from '../../../src/http/schemas/person-data.ts';
import { RegradePreview, RegradeSet } from '../../../src/http/schemas/regrade.ts';
import { Statistics } from '../../../src/http/schemas/statistics.ts';
import { remoteUrl, WorkingCopy } from '../git/git-client.ts';
import type { Client } from '../support/client.ts';
import { sql } from '../support/database.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { waitUntil } from '../support/wait-until.ts';
import { finishAt, tablesWith } from './finish-removals.ts';

const AT = '/courses/docker-101/assignments/port-bind';
const STATISTICS = `${AT}/statistics`;
const LATER_MS = 31 * 60_000;

describe('the removal of what is kept of a person', () => {
  let stack: Stack;
  let folder: string;
  let admin: Client;
  let teacher: Client;
  let eve: Client;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'labgrader-removal-'));
    stack = await startStack({ environment: { GIT_FOLDER: folder } });
    await stack.worker();
    admin = await stack.person('root', 'admin');
    teacher = await stack.person('teacher', 'instructor');
    eve = await stack.person('eve', 'learner');
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = (text: string, values: unknown[] = []) => sql(stack.config.databaseUrl, text, values);
  const remove = (who: Client, name: string) =>
    admin.ask(PersonRemoval, 'POST', `/people/${who.personId}/removal`, { confirm: name });
  it('leaves nothing that names or tells of them, and grades, acts and statistics under a pseudonym', async () => {
    const ada = await stack.person('zwinglia', 'learner');
    const own = await ada.submit('half own-words-of-zwinglia');
    await ada.until(own.id, 'done');
    const common = 'fixed common';
    await ada.until((await ada.submit(common)).id, 'done');
    const shared = await eve.submit(common);
    await eve.until(shared.id, 'done');
    await using copy = await WorkingCopy.make();
    await copy.write('Dockerfile', 'FROM x\nCMD pushed-by-zwinglia\n');
    await copy.commit();
    await copy.must('push', remoteUrl(stack.api.url, ada.token), 'main');
    const reason = 'zwinglia was ill';
    await teacher.send('PUT', `${AT}/extensions/${ada.personId}`, {
      dueAt: null,
      closesAt: null,
      extraAttempts: 1,
      reason,
    });
    await teacher.send('PUT', `${AT}/overrides/${ada.personId}`, { score: 88, reason });
    await teacher.send('POST', `/submissions/${own.id}/regrade`, { reason });
    await teacher.send('PATCH', `/courses/docker-101/people/${ada.personId}`, { externalId: 'nr-zwinglia' });
    await ask(
      `INSERT INTO identity (issuer, subject, person_id) VALUES ('https://login', 'sub-zwinglia', $1)`,
      [ada.personId],
    );
    await ada.send('POST', '/tokens', { label: 'of zwinglia', scopes: ['read'], expiresInDays: 1 });
    const figures = await teacher.ask(Statistics, 'GET', STATISTICS);
    expect(await tablesWith(stack, 'zwinglia')).toEqual([
      'audit_entry',
      'enrolment',
      'extension',
      'identity',
      'override',
      'person',
      'regrade_set',
      'token',
    ]);

    const removal = await remove(ada, 'zwinglia');

    expect(removal.endedAt).not.toBeNull();
    expect(await tablesWith(stack, 'zwinglia')).toEqual([]);
    expect((await ada.get('/me')).status).toBe(401);
    const repositories = await readdir(folder, { recursive: true });
    expect(repositories.filter((path) => path.includes(ada.personId))).toEqual([]);
    const after = await teacher.ask(Gradebook, 'GET', '/courses/docker-101/gradebook');
    const row = after.learners.find((learner) => learner.id === ada.personId);
    expect(row).toMatchObject({ name: removal.pseudonym, externalId: null });
    expect(JSON.stringify(row)).toContain('88');
    expect(await teacher.ask(Statistics, 'GET', STATISTICS)).toEqual(figures);
    expect((await teacher.get('/courses/docker-101/gradebook.csv')).text).toContain(removal.pseudonym);
    const page = await teacher.submission(own.id);
    expect(page).toMatchObject({ verdict: 'failed', person: { name: removal.pseudonym } });
    expect(page.report?.checks[0]).toMatchObject({ points: 60, observed: '', evidence: [] });
    expect((await teacher.get(`/submissions/${own.id}/files`)).status).toBe(404);
    // What somebody else handed in as well is theirs.
    expect((await eve.get(`/submissions/${shared.id}/files`)).text).toContain(common);

    const acts = await ask('SELECT act, course_id, actor_id, detail FROM audit_entry WHERE subject = $1', [
      `person:${ada.personId}`,
    ]);
    const begun = { act: 'person.removal-begun', actor_id: admin.personId, detail: {} };
    expect(acts).toContainEqual({ ...begun, course_id: null });
    expect(acts).toContainEqual({ ...begun, course_id: 'docker-101' });
    expect(acts).toContainEqual({ act: 'person.data-removed', course_id: null, actor_id: null, detail: {} });
    const graded = await ask("SELECT detail FROM audit_entry WHERE act = 'override.set'");
    expect(graded).toEqual([{ detail: { score: 88 } }]);
  });

  it('removes the files themselves once none can be waiting for its submission', async () => {
    const bob = await stack.person('bob', 'learner');
    const own = await bob.until((await bob.submit('only of bob')).id, 'done');
    const kept = () => ask('SELECT 1 FROM file_tree WHERE digest = $1', [own.digest]);
    await remove(bob, 'bob');

    stack.clock.set(new Date(Date.now() + LATER_MS).toISOString());
    expect(await finishAt(stack)).toBeGreaterThan(0);
    expect(await kept()).toEqual([]);
    expect(await finishAt(stack)).toBe(0);
    stack.clock.set(new Date().toISOString());
  });

  it('calls off what waits and runs, and no worker writes anything of it afterwards', async () => {
    const cara = await stack.person('cara', 'learner');
    const running = await cara.submit('slow of cara');
    await cara.until(running.id, 'running');

    await remove(cara, 'cara');
    stack.grader.release();

    const page = await teacher.until(running.id, 'cancelled');
    expect(page.report).toBeNull();
    // Whoever comes next is graded by the same worker: it has let go by then.
    await eve.until((await eve.submit('after cara')).id, 'done');
    expect(
      await ask("SELECT 1 FROM run WHERE submission_id = $1 AND state <> 'cancelled'", [running.id]),
    ).toEqual([]);
  });

  it('leaves an open regrade set that can be applied', async () => {
    const dora = await stack.person('dora', 'learner');
    await dora.until((await dora.submit('half of dora')).id, 'done');
    stack.grader.worth = { ...stack.grader.worth, half: 70 };
    const started = await teacher.ask(RegradeSet, 'POST', `${AT}/regrade-sets`, {
      scope: 'counting',
      reason: 'a check was mended',
    });

    const removal = await remove(dora, 'dora');

    const set = await waitUntil('a set that is over', async () => {
      const now = await teacher.ask(RegradePreview, 'GET', `/regrade-sets/${started.id}`);
      return now.state === 'ready' && now;
    });
    expect(set.items.map((item) => item.submission.person.name)).toContain(removal.pseudonym);
    const applied = await teacher.send('POST', `/regrade-sets/${started.id}/apply`, {
      acknowledgeLowered: true,
    });
    expect(applied.status, applied.text).toBe(200);
    const again = await teacher.ask(RegradeSet, 'POST', `${AT}/regrade-sets`, {
      scope: 'all',
      reason: 'once more',
    });
    const items = await teacher.ask(RegradePreview, 'GET', `/regrade-sets/${again.id}`);
    expect(items.items.length).toBeGreaterThan(0);
    expect(JSON.stringify(items)).not.toContain(dora.personId);
  });

  it('is begun by no slip', async () => {
    const finn = await stack.person('finn', 'learner');
    const path = `/people/${finn.personId}/removal`;

    expect(await admin.send('POST', path, { confirm: 'Finn' })).toMatchObject({
      status: 409,
      body: { rule: 'person.confirm' },
    });
    expect((await admin.send('POST', path, {})).status).toBe(400);
    expect((await teacher.send('POST', path, { confirm: 'finn' })).status).toBe(403);
    expect(await admin.send('POST', `/people/${admin.personId}/removal`, { confirm: 'root' })).toMatchObject({
      status: 409,
      body: { rule: 'person.self' },
    });
    const nobody = '/people/00000000-0000-4000-8000-000000000000/removal';
    expect((await admin.send('POST', nobody, { confirm: 'finn' })).status).toBe(404);
    expect((await finn.get('/me')).status).toBe(200);
  });

  it('may be asked for again, and is gone on with where a process died', async () => {
    const gil = await stack.person('gil-unique', 'learner');
    const own = await gil.until((await gil.submit('words of gil-unique')).id, 'done');
    const stores = { removals: stack.api.service.removals };
    // As a process leaves it that dies after each of its steps.
    await stores.removals.begin(gil.personId, admin.personId, stack.clock.now());
    await stores.removals.dropSubmissions(gil.personId, stack.clock.now(), 1);
    expect(await tablesWith(stack, 'gil-unique')).toEqual(['audit_entry', 'person']);

    expect(await finishAt(stack)).toBe(1);

    expect(await tablesWith(stack, 'gil-unique')).toEqual([]);
    const first = await remove(gil, 'gil-unique');
    const second = await remove(gil, 'whatever');
    expect(second).toEqual(first);
    expect(await teacher.submission(own.id)).toMatchObject({ person: { name: first.pseudonym } });
    const acts = await ask(
      "SELECT act FROM audit_entry WHERE subject = $1 AND act LIKE 'person.%' AND course_id IS NULL ORDER BY id",
      [`person:${gil.personId}`],
    );
    expect(acts).toEqual([{ act: 'person.removal-begun' }, { act: 'person.data-removed' }]);
  });

  it('takes what slipped in while it began', async () => {
    const hana = await stack.person('hana', 'learner');
    await remove(hana, 'hana');
    const [place] = await ask('SELECT id FROM assignment');
    const late = await stack.api.service.submissions.admit(
      {
        assignmentId: String(place?.['id']),
        personId: hana.personId,
        digest: (await eve.submission((await eve.submit('hana-late')).id)).digest,
        source: 'files',
        idempotencyKey: null,
        scenario: 'port-bind',
        scenarioDigest: 'd'.repeat(64),
        probe: false,
        at: new Date(),
      },
      () => undefined,
    );

    stack.clock.set(new Date(Date.now() + LATER_MS).toISOString());
    await finishAt(stack);
    stack.clock.set(new Date().toISOString());

    const page = await teacher.submission(late.submissionId);
    expect(page.kept.submission.removedAt).not.toBeNull();
    expect(page.status).not.toBe('queued');
  });
});
