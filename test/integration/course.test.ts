import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Assignment } from '../../src/http/schemas/assignment.ts';
import { Statistics } from '../../src/http/schemas/statistics.ts';
import { AuditPage, ImportOutcome } from '../../src/http/schemas/course.ts';
import { Gradebook } from '../../src/http/schemas/gradebook.ts';
import { RegradeAccepted, RegradePreview, RegradeSet } from '../../src/http/schemas/regrade.ts';
import type { Client } from './support/client.ts';
import { type Stack, startStack } from './support/stack.ts';
import { waitUntil } from './support/wait-until.ts';

const A = '/courses/docker-101/assignments/port-bind';
const CSV = { 'content-type': 'text/csv' };

describe('a course', () => {
  let stack: Stack;
  let ines: Client;
  beforeAll(async () => {
    stack = await startStack();
    ines = await stack.person('ines', 'instructor');
    await stack.worker();
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  async function cellOf(person: Client) {
    const gradebook = await ines.ask(Gradebook, 'GET', '/courses/docker-101/gradebook');
    const cell = gradebook.learners.find((learner) => learner.id === person.personId)?.cells[0];
    return { shown: cell?.slice(0, 5), counting: cell?.[5] };
  }

  it('shows in its gradebook what counts, and in its statistics what happened', async () => {
    const ada = await stack.person('=cmd|calc', 'learner');
    await ada.until((await ada.submit('half')).id, 'done');
    const { id } = await ada.submit('fixed');
    await ada.until(id, 'done');

    expect(await cellOf(ada)).toEqual({ shown: [100, 'passed', 2, 0, ''], counting: id });
    const statistics = await ines.ask(Statistics, 'GET', `${A}/statistics`);
    expect(statistics).toMatchObject({
      submitted: 1,
      passed: 1,
      attemptsToPass: [{ attempts: 2, count: 1 }],
    });
    expect(statistics.checks).toEqual([
      { id: 'stays', title: 'It stays', failed: 1, decided: 2 },
      { id: 'answers', title: 'It answers', failed: 0, decided: 2 },
    ]);
  });

  it('gives tables that no spreadsheet takes for formulas', async () => {
    for (const format of ['plain', 'canvas', 'moodle']) {
      const reply = await ines.get(`/courses/docker-101/gradebook.csv?format=${format}`);
      expect(reply.headers.get('content-disposition')).toContain('.csv');
      expect(reply.text).not.toMatch(/(^|,)"?=/m);
      expect(reply.text).toContain("'=cmd|calc");
    }
  });

  it('takes off for lateness by the server’s clock, and gives it back by an extension', async () => {
    const bob = await stack.person('bob', 'learner');
    const due = new Date(stack.clock.now().getTime() - 3_600_000).toISOString();
    const latePolicy = { kind: 'percent-per-day', percent: 10, graceMinutes: 0, maxPercent: 50 };
    await ines.ask(Assignment, 'PATCH', A, { dueAt: due, latePolicy });
    const { id } = await bob.submit('fixed');
    await bob.until(id, 'done');
    expect((await cellOf(bob)).shown).toEqual([90, 'passed', 1, 10, '']);

    const dueAt = new Date(stack.clock.now().getTime() + 3_600_000).toISOString();
    const granted = await ines.send('PUT', `${A}/extensions/${bob.personId}`, { dueAt, reason: 'was ill' });
    expect(granted.status).toBe(200);
    expect((await cellOf(bob)).shown).toEqual([100, 'passed', 1, 0, 'e']);

    await ines.send('PUT', `${A}/overrides/${bob.personId}`, { score: 42, reason: 'an oral exam' });
    expect((await cellOf(bob)).shown).toEqual([42, 'passed', 1, 0, 'oe']);
    await ines.send('DELETE', `${A}/overrides/${bob.personId}`);
    await ines.ask(Assignment, 'PATCH', A, { dueAt: null, latePolicy: { kind: 'none' } });
    expect((await cellOf(bob)).shown?.[0]).toBe(100);

    const log = await ines.ask(AuditPage, 'GET', '/courses/docker-101/audit');
    const acts = log.entries.map((entry) => entry.act);
    expect(acts).toEqual(
      expect.arrayContaining([
        'override.set',
        'override.withdrawn',
        'extension.granted',
        'assignment.changed',
      ]),
    );
  });

  it('counts the time to a first pass from the first attempt where the opening was put off after it', async () => {
    const opensAt = new Date(stack.clock.now().getTime() + 3_600_000).toISOString();
    await ines.ask(Assignment, 'PATCH', A, { opensAt });
    const { medianMsToFirstPass } = await ines.ask(Statistics, 'GET', `${A}/statistics`);
    await ines.ask(Assignment, 'PATCH', A, { opensAt: null });

    expect(medianMsToFirstPass).toBeGreaterThanOrEqual(0);
  });

  it('closes, counts attempts and asks for patience as its assignment says', async () => {
    const cleo = await stack.person('cleo', 'learner');
    const files = { files: { Dockerfile: 'half' } };
    await ines.ask(Assignment, 'PATCH', A, { attemptLimit: 2, coolDownSeconds: 600 });
    await cleo.until((await cleo.submit('half')).id, 'done');

    const early = await cleo.send('POST', `${A}/submissions`, files);
    expect(early).toMatchObject({ status: 429, body: { code: 'cool-down' } });
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(500);

    await ines.ask(Assignment, 'PATCH', A, { coolDownSeconds: 0 });
    await cleo.until((await cleo.submit('half')).id, 'done');
    expect(await cleo.send('POST', `${A}/submissions`, files)).toMatchObject({
      status: 409,
      body: { code: 'attempts-exhausted' },
    });

    const past = new Date(stack.clock.now().getTime() - 1000).toISOString();
    await ines.ask(Assignment, 'PATCH', A, { attemptLimit: null, closesAt: past });
    expect(await cleo.send('POST', `${A}/submissions`, files)).toMatchObject({
      status: 409,
      body: { code: 'assignment-closed' },
    });
    await ines.ask(Assignment, 'PATCH', A, { closesAt: null });
  });

  it('names each field that is not as it should be', async () => {
    const reply = await ines.send('PATCH', A, {
      weight: -1,
      latePolicy: { kind: 'percent-per-day', percent: 400 },
      score: 100,
    });

    expect(reply.status).toBe(400);
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    const paths = /"fields":\[.*\]/.exec(reply.text)?.[0] ?? '';
    expect(paths).toContain('"weight"');
    expect(paths).toContain('"latePolicy.percent"');
    const order = await ines.send('PATCH', A, {
      opensAt: '2026-02-01T00:00:00Z',
      dueAt: '2026-01-01T00:00:00Z',
    });
    expect(order).toMatchObject({ status: 400, body: { fields: [{ path: 'dueAt' }] } });
  });

  it('takes in a table of people as a whole or not at all', async () => {
    const path = '/courses/docker-101/people/import';
    const good = 'Name,Email,External ID,Role\nZoë,ZOE@example.edu,s1,\nYan,yan@example.edu,s2,assistant\n';

    const trial = ImportOutcome.parse((await ines.send('POST', `${path}?dryRun=true`, good, CSV)).body);
    const bad = ImportOutcome.parse((await ines.send('POST', path, `${good}No one,nowhere,,\n`, CSV)).body);
    const done = ImportOutcome.parse((await ines.send('POST', path, good, CSV)).body);
    const again = ImportOutcome.parse((await ines.send('POST', path, good, CSV)).body);

    expect(trial).toMatchObject({ dryRun: true, added: 2, problems: [] });
    expect(bad.problems).toMatchObject([{ line: 4 }]);
    expect(done).toMatchObject({ added: 2, changed: 0 });
    expect(again).toMatchObject({ added: 0, unchanged: 2 });
  });

  it('regrades as a set: nothing counts before it is applied, and nobody is lowered unsaid', async () => {
    const [up, down] = [await stack.person('una', 'learner'), await stack.person('dan', 'learner')];
    const rising = (await up.submit('half')).id;
    const falling = (await down.submit('fixed')).id;
    await Promise.all([up.until(rising, 'done'), down.until(falling, 'done')]);
    stack.grader.worth = { half: 100, fixed: 60 };

    const { id } = await ines.ask(RegradeSet, 'POST', `${A}/regrade-sets`, {
      scope: 'all',
      reason: 'a mended check',
    });
    const preview = await waitUntil('the set is ready', async () => {
      const seen = await ines.ask(RegradePreview, 'GET', `/regrade-sets/${id}`);
      return seen.state === 'ready' && seen;
    });

    const item = preview.items.find((row) => row.submission.id === falling);
    expect(item).toMatchObject({
      before: { score: 100 },
      after: { score: 60 },
      delta: -40,
      changedChecks: [{ id: 'stays', title: 'It stays', before: 'passed', after: 'failed' }],
    });
    expect((await cellOf(down)).shown?.[0]).toBe(100);
    expect((await ines.send('POST', `/regrade-sets/${id}/apply`, {})).status).toBe(409);

    const applied = await ines.ask(RegradePreview, 'POST', `/regrade-sets/${id}/apply`, {
      acknowledgeLowered: true,
    });
    expect(applied).toMatchObject({ state: 'applied', up: preview.up, down: preview.down });
    expect([(await cellOf(up)).shown?.[0], (await cellOf(down)).shown?.[0]]).toEqual([100, 60]);
    const kept = await ines.submission(falling);
    expect(kept.runs.map((run) => [run.kind, run.score, run.counts])).toEqual([
      ['first', 100, false],
      ['regrade', 60, true],
    ]);
  });

  it('regrades one submission, which counts by itself only where nobody loses by it', async () => {
    stack.grader.worth = { fixed: 100, half: 60 };
    const eva = await stack.person('eva', 'learner');
    const { id } = await eva.submit('half');
    await eva.until(id, 'done');

    stack.grader.worth = { half: 10 };
    const lower = await ines.ask(RegradeAccepted, 'POST', `/submissions/${id}/regrade`, { reason: 'to see' });
    const set = await waitUntil('it is graded', async () => {
      const seen = await ines.ask(RegradePreview, 'GET', `/regrade-sets/${lower.regradeSet}`);
      return seen.finished === 1 && seen;
    });
    expect(set).toMatchObject({ state: 'ready', down: 1 });
    expect((await ines.submission(id)).score).toBe(60);

    stack.grader.worth = { half: 80 };
    await ines.ask(RegradeSet, 'POST', `/regrade-sets/${lower.regradeSet}/drop`);
    await ines.ask(RegradeAccepted, 'POST', `/submissions/${id}/regrade`, { reason: 'once more' });
    await waitUntil('it counts', async () => (await ines.submission(id)).score === 80);
  });

  it('shows a learner no more than the feedback level', async () => {
    const finn = await stack.person('finn', 'learner');
    const { id } = await finn.submit('half');
    await finn.until(id, 'done');

    await ines.ask(Assignment, 'PATCH', A, { feedback: 'messages' });
    expect((await finn.submission(id)).report?.checks[0]?.evidence).toEqual([]);
    const dueAt = new Date(stack.clock.now().getTime() + 60_000).toISOString();
    await ines.ask(Assignment, 'PATCH', A, { feedback: 'verdict-until-due', dueAt });
    expect(await finn.submission(id)).toMatchObject({
      feedback: 'verdict',
      report: { checks: [], summary: '' },
    });
    expect((await ines.submission(id)).report?.checks).toHaveLength(2);
    await ines.ask(Assignment, 'PATCH', A, { feedback: 'full', dueAt: null });
  });
});
