import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LtiRosterResult } from '../../../src/http/schemas/lti.ts';
import { PeopleList } from '../../../src/http/schemas/course.ts';
import { sql } from '../support/database.ts';
import { waitUntil } from '../support/wait-until.ts';
import { COURSE_PATH, LtiStack, ROLES } from './lti-stack.ts';

const OVERRIDES = `${COURSE_PATH}/assignments/port-bind/overrides`;

describe('the roster of a platform', { timeout: 120_000 }, () => {
  let lti: LtiStack;

  beforeAll(async () => {
    lti = await LtiStack.start();
    await lti.register();
    lti.platform.members = [
      { user_id: 'u-1', name: 'One', email: 'teacher@example.edu', roles: [ROLES.learner] },
      { user_id: 'u-2', name: 'Two', status: 'Active', roles: [ROLES.instructor, ROLES.assistant] },
      { user_id: 'u-3', name: 'Three', status: 'Inactive', roles: [ROLES.learner] },
      { user_id: 'u-4', roles: [ROLES.learner] },
      { user_id: 'u-5', name: 'Five', roles: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor'] },
    ];
  });
  afterAll(() => lti[Symbol.asyncDispose]());

  async function people() {
    const list = await lti.teacher.ask(PeopleList, 'GET', `${COURSE_PATH}/people`);
    return list.people.map((person) => [person.name, person.role]);
  }
  async function read() {
    const [context] = (await lti.course()).contexts;
    return lti.teacher.send('POST', `${COURSE_PATH}/lti/contexts/${context?.id ?? ''}/roster`);
  }

  it('is read with the first launch of an instructor, page after page', async () => {
    await lti.linkCourse();
    await waitUntil('the roster', async () => (await lti.course()).contexts[0]?.rosterReadAt, 60_000);

    expect(await people()).toEqual(
      expect.arrayContaining([
        ['One', 'learner'],
        ['Two', 'assistant'],
        ['Member of Moodle', 'learner'],
        ['Prof', 'instructor'],
      ]),
    );
    expect((await people()).map(([name]) => name)).not.toContain('Three');
    expect(lti.platform.broken).toEqual([]);
  });

  it('is read again when asked for: who is new comes in, and nobody is lost', async () => {
    lti.platform.members = [
      { user_id: 'u-2', name: 'Two', roles: [ROLES.instructor] },
      { user_id: 'u-6', name: 'Six', roles: [ROLES.learner] },
      { user_id: 'u-4', roles: [ROLES.learner] },
    ];
    const reply = await read();

    expect(LtiRosterResult.parse(reply.body)).toEqual({ added: 1, changed: 1, unchanged: 1, skipped: 0 });
    expect(await people()).toEqual(
      expect.arrayContaining([
        ['One', 'learner'],
        ['Two', 'instructor'],
        ['Six', 'learner'],
      ]),
    );
    const entries = await sql(
      lti.stack.config.databaseUrl,
      "SELECT detail FROM audit_entry WHERE act = 'lti.roster-read' ORDER BY id DESC LIMIT 1",
    );
    expect(entries).toMatchObject([{ detail: { from: 'Moodle', added: 1, changed: 1 } }]);
  });

  it('makes no second person of who launched before', async () => {
    const ada = await lti.me((await lti.launch({ subject: 'u-6', name: 'Six' })).browser);
    await read();
    const same = (await people()).filter(([name]) => name === 'Six');

    expect(ada.person.name).toBe('Six');
    expect(same).toHaveLength(1);
  });

  it('is not followed to another host, which would be shown the token', async () => {
    const before = await people();
    lti.platform.nextPageOn = 'http://127.0.0.1:1';
    const reply = await read();
    lti.platform.nextPageOn = null;

    expect(reply.status).toBe(503);
    expect(await people()).toEqual(before);
  });
});

describe('scores', { timeout: 120_000 }, () => {
  let lti: LtiStack;

  beforeAll(async () => {
    lti = await LtiStack.start();
    await lti.register();
    await lti.stack.worker();
    await lti.linkCourse();
  });
  afterAll(() => lti[Symbol.asyncDispose]());

  const settled = () =>
    waitUntil('nothing left to tell', async () => {
      const rows = await sql(
        lti.stack.config.databaseUrl,
        "SELECT 1 FROM outbox WHERE topic = 'lti.score' AND delivered_at IS NULL",
      );
      return rows.length === 0;
    });

  it('reach the platform as they come about', async () => {
    const ada = await lti.learner('u-ada', { assignment: 'port-bind' });
    await ada.submit('half');
    const first = await lti.told('u-ada', 60);
    await ada.submit('fixed');
    const second = await lti.told('u-ada', 100);

    expect(first).toMatchObject({
      path: '/lineitems/r-1/scores',
      scoreMaximum: 100,
      activityProgress: 'Submitted',
      gradingProgress: 'FullyGraded',
    });
    expect(second.activityProgress).toBe('Completed');
    expect(Date.parse(second.timestamp)).toBeGreaterThan(Date.parse(first.timestamp));
  });

  it('that count no more are not told: only what counts is', async () => {
    const best = await lti.learner('u-best', { assignment: 'port-bind' });
    await best.until((await best.submit('fixed')).id, 'done');
    await lti.told('u-best', 100);
    await best.until((await best.submit('half')).id, 'done');
    await settled();

    expect(lti.scoresOf('u-best').map((score) => score.scoreGiven)).toEqual([100]);
  });

  it('that staff set are told, and what they take back is taken back', async () => {
    const grace = await lti.learner('u-grace', { assignment: 'port-bind' });
    const place = `${OVERRIDES}/${grace.personId}`;
    await lti.teacher.send('PUT', place, { score: 42, reason: 'by hand' });
    await lti.told('u-grace', 42);
    await lti.teacher.send('DELETE', place);
    const last = await waitUntil('taken back', () => Promise.resolve(lti.scoresOf('u-grace')[1]));

    expect(last).toMatchObject({ activityProgress: 'Initialized', gradingProgress: 'NotReady' });
    expect(last.scoreGiven).toBeUndefined();
  });

  it('that there were before the link took any are told once it does', async () => {
    const late = await lti.learner('u-late', { resource: 'r-late' });
    await late.until((await late.submit('half')).id, 'done');
    expect(lti.scoresOf('u-late', 'r-late')).toEqual([]);

    const link = (await lti.course()).links.find((item) => item.assignment === null);
    await lti.teacher.send('PUT', `${COURSE_PATH}/lti/links/${link?.id ?? ''}`, { assignment: 'port-bind' });
    await lti.told('u-late', 60, 'r-late');
  });

  it('are none of the platform’s business for who never came from it', async () => {
    const local = await lti.stack.person('local', 'learner');
    await local.until((await local.submit('fixed')).id, 'done');
    await settled();

    expect(lti.platform.scores.map((score) => score.userId)).not.toContain('local');
  });

  it('go through when the platform believes the token no more', async () => {
    const linus = await lti.learner('u-linus', { assignment: 'port-bind' });
    await linus.submit('half');
    await lti.told('u-linus', 60);
    const given = lti.platform.tokensGiven;
    lti.platform.forgetTokens();
    await linus.submit('fixed');
    await lti.told('u-linus', 100);

    expect(lti.platform.tokensGiven).toBeGreaterThan(given);
  });

  it('are signed for by the new key a day after it was made', async () => {
    const before = new Set(lti.platform.keyIds);
    await lti.admin.send('POST', '/lti/keys');
    lti.stack.clock.set(new Date(lti.stack.clock.now().getTime() + 25 * 3_600_000).toISOString());
    lti.platform.forgetTokens();
    const alan = await lti.learner('u-alan', { assignment: 'port-bind' });
    await alan.submit('half');
    await lti.told('u-alan', 60);

    expect([...lti.platform.keyIds].filter((id) => !before.has(id))).toHaveLength(1);
  });

  it('are kept while the platform is down, and none is lost or told in the wrong order', async () => {
    const names = ['u-d1', 'u-d2', 'u-d3', 'u-d4', 'u-d5', 'u-d6'];
    const learners = await Promise.all(names.map((name) => lti.learner(name, { assignment: 'port-bind' })));
    lti.platform.isDown = true;
    for (const learner of learners) await learner.until((await learner.submit('half')).id, 'done');
    for (const learner of learners) await learner.until((await learner.submit('fixed')).id, 'done');
    await waitUntil('tried in vain', async () => {
      const rows = await sql(
        lti.stack.config.databaseUrl,
        "SELECT 1 FROM outbox WHERE topic = 'lti.score' AND tries > 0 AND delivered_at IS NULL",
      );
      return rows.length >= names.length;
    });
    const [shown] = (await lti.course()).contexts;
    // An hour goes by, and the platform is there again.
    lti.stack.clock.set(new Date(lti.stack.clock.now().getTime() + 3_600_000).toISOString());
    lti.platform.isDown = false;
    for (const name of names) await lti.told(name, 100);
    await settled();

    expect(shown?.untold?.givenUp).toBe(0);
    expect(shown?.untold?.said).toContain('Moodle');
    expect((await lti.course()).contexts[0]?.untold).toBeNull();
    const told = (resource: string) =>
      names.map((name) => lti.scoresOf(name, resource).map((score) => score.scoreGiven));
    // Two links lead to the assignment by now: each has a line item of its own, told once.
    expect(told('r-1')).toEqual(names.map(() => [100]));
    expect(told('r-late')).toEqual(names.map(() => [100]));
  });

  it('never broke the specification', () => {
    expect(lti.platform.broken).toEqual([]);
  });
});
