import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LtiCourse } from '../../../src/http/schemas/lti.ts';
import { PeopleList } from '../../../src/http/schemas/course.ts';
import { sql } from '../support/database.ts';
import { COURSE_PATH, LtiStack } from './lti-stack.ts';

describe('a launch', () => {
  let lti: LtiStack;

  beforeAll(async () => {
    lti = await LtiStack.start();
    await lti.register();
  });
  afterAll(() => lti[Symbol.asyncDispose]());

  it('by a learner leads nowhere before an instructor linked the course', async () => {
    const { browser, visit } = await lti.launch({ subject: 'u-early', assignment: 'port-bind' });

    expect(visit.status).toBe(409);
    expect(visit.text).toMatch(/Docker at school.*isn’t linked/);
    expect(browser.isSignedIn).toBe(false);
  });

  it('by an instructor links the first course of a platform that is the course’s own', async () => {
    const { browser, visit } = await lti.launch({ subject: 'u-prof', name: 'Prof', role: 'instructor' });

    expect(visit).toMatchObject({ status: 303, location: COURSE_PATH });
    expect((await lti.me(browser)).courses).toMatchObject([{ id: 'docker-101', role: 'instructor' }]);
    const { contexts, links } = await lti.course();
    expect(contexts).toMatchObject([{ platform: 'Moodle', title: 'Docker at school', hasRoster: true }]);
    expect(links).toMatchObject([{ title: 'Port', assignment: null, takesScores: true }]);
  });

  it('leads where the instructor says', async () => {
    const [link] = (await lti.course()).links;
    const before = await lti.launch({ subject: 'u-ada' });
    expect(before.visit).toMatchObject({ status: 303, location: COURSE_PATH });

    await lti.teacher.ask(LtiCourse, 'PUT', `${COURSE_PATH}/lti/links/${link?.id ?? ''}`, {
      assignment: 'port-bind',
    });
    const after = await lti.launch({ subject: 'u-ada' });
    expect(after.visit).toMatchObject({ status: 303, location: `${COURSE_PATH}/assignments/port-bind` });
  });

  it('leads where the link itself says', async () => {
    const { browser, visit } = await lti.launch({
      subject: 'u-ada',
      resource: 'r-2',
      assignment: 'port-bind',
    });

    expect(visit).toMatchObject({ status: 303, location: `${COURSE_PATH}/assignments/port-bind` });
    expect((await browser.get('/api/v1/me')).status).toBe(200);
  });

  it('by the same person again is the same person, and by nobody else', async () => {
    const one = await lti.me((await lti.launch({ subject: 'u-same', name: 'Same' })).browser);
    const two = await lti.me((await lti.launch({ subject: 'u-same', name: 'Same' })).browser);
    const other = await lti.me((await lti.launch({ subject: 'u-other', name: 'Same' })).browser);

    expect(two.person.id).toBe(one.person.id);
    expect(other.person.id).not.toBe(one.person.id);
  });

  it('finds nobody by the e-mail address that the platform tells, and gives it to nobody', async () => {
    const me = await lti.me(
      (await lti.launch({ subject: 'u-thief', claims: { email: 'root@example.edu' } })).browser,
    );

    expect(me.person).toMatchObject({ admin: false });
    expect(me.person.id).not.toBe(lti.admin.personId);
    expect(me.person.email).toMatch(/@lti\.invalid$/);
  });

  it('makes of each role what it is, and puts nobody down', async () => {
    const roleOf = async (subject: string, role: 'learner' | 'assistant' | 'instructor') => {
      const { courses } = await lti.me((await lti.launch({ subject, role })).browser);
      return courses.map((course) => course.role);
    };

    expect(await roleOf('u-rises', 'learner')).toEqual(['learner']);
    expect(await roleOf('u-rises', 'assistant')).toEqual(['assistant']);
    expect(await roleOf('u-rises', 'learner')).toEqual(['assistant']);
    expect(await roleOf('u-teaches', 'instructor')).toEqual(['instructor']);
  });

  it('keeps a blocked person out', async () => {
    const { browser } = await lti.launch({ subject: 'u-blocked' });
    const { person } = await lti.me(browser);
    await sql(lti.stack.config.databaseUrl, 'UPDATE person SET blocked_at = now() WHERE id = $1', [
      person.id,
    ]);

    const again = await lti.launch({ subject: 'u-blocked' });
    expect(again.visit.status).toBe(403);
    expect(again.visit.text).toMatch(/blocked/);
    expect(again.browser.isSignedIn).toBe(false);
  });

  it('from a second course of the platform leads nowhere by itself', async () => {
    const { browser, visit } = await lti.launch({ subject: 'u-prof-2', role: 'instructor', context: 'c-2' });

    expect(visit.status).toBe(200);
    expect(visit.text).toMatch(/Which course is this\?/);
    expect(browser.isSignedIn).toBe(false);
  });

  it('goes on when the browser is signed in already, from a site next door too', async () => {
    const { browser } = await lti.launch({ subject: 'u-first' });
    const again = await lti.launch({ subject: 'u-second' }, browser);

    expect(again.visit.status).toBe(303);
    expect((await lti.me(browser)).person.name).toBe('Ada Lovelace');
  });

  it('within a frame opens a window of its own before anything is begun', async () => {
    const browser = lti.browser();
    const visit = await browser.post('/api/v1/lti/login', lti.loginQuery(), { 'sec-fetch-dest': 'iframe' });
    expect(visit.status).toBe(200);
    expect(visit.headers.get('content-security-policy')).toContain('frame-ancestors *');
    expect(visit.headers.get('x-frame-options')).toBeNull();
    expect(browser.cookieNames).toEqual([]);

    const href = /href="([^"]+)" target="_blank"/.exec(visit.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const opened = await browser.get(href, { 'sec-fetch-dest': 'document' });
    expect(opened.status).toBe(302);
    expect(Object.fromEntries(new URL(opened.location ?? '').searchParams)).toMatchObject({
      scope: 'openid',
      response_type: 'id_token',
      response_mode: 'form_post',
      prompt: 'none',
      client_id: lti.platform.clientId,
      redirect_uri: `${lti.stack.api.url}/api/v1/lti/launch`,
      login_hint: 'hint-1',
      lti_message_hint: 'message-1',
    });
  });

  it('that the platform didn’t let go on says so', async () => {
    const browser = lti.browser();
    const { state } = await lti.begin(browser);
    const visit = await browser.post('/api/v1/lti/launch', { state, error: 'login_required' });

    expect(visit.status).toBe(400);
    expect(visit.text).toMatch(/login_required/);
  });

  it('holds by a new key of the platform once the old one is gone', async () => {
    await lti.platform.keys.rotate('platform-2');
    // A key that isn't known is asked for at most twice a minute, by the server's time.
    lti.stack.clock.set(new Date(lti.stack.clock.now().getTime() + 60_000).toISOString());

    expect((await lti.launch({ subject: 'u-ada' })).visit.status).toBe(303);
  });

  it('while the platform’s keys can’t be had is put off with words', async () => {
    lti.stack.clock.set(new Date(lti.stack.clock.now().getTime() + 3_600_000).toISOString());
    lti.platform.isDown = true;
    const { browser, visit } = await lti.launch({ subject: 'u-ada' });
    lti.platform.isDown = false;

    expect(visit.status).toBe(503);
    expect(visit.text).toMatch(/gave no set of keys/);
    expect(browser.isSignedIn).toBe(false);
    expect((await lti.launch({ subject: 'u-ada' })).visit.status).toBe(303);
  });

  it('leaves what was done in the audit log', async () => {
    const acts = await sql(
      lti.stack.config.databaseUrl,
      "SELECT act FROM audit_entry WHERE act LIKE 'lti.%'",
    );

    expect(new Set(acts.map((row) => row['act']))).toEqual(
      new Set([
        'lti.key-added',
        'lti.platform-registered',
        'lti.course-linked',
        'lti.launched',
        'lti.link-pointed',
      ]),
    );
  });
});

describe('a platform for every course', () => {
  let lti: LtiStack;

  beforeAll(async () => {
    lti = await LtiStack.start();
    await lti.register('/lti/platforms', lti.admin);
  });
  afterAll(() => lti[Symbol.asyncDispose]());

  it('leads to the course that one of its instructors names, by the ticket of a launch', async () => {
    const { visit } = await lti.launch({ subject: 'u-prof', role: 'instructor' });
    const ticket = /<p>(lgx_[^<]+)<\/p>/.exec(visit.text)?.[1] ?? '';
    const link = (by = lti.teacher) => by.send('POST', `${COURSE_PATH}/lti/contexts`, { ticket });

    expect((await lti.teacher.send('POST', '/lti/ticket', { ticket })).body).toEqual({
      title: 'Docker at school',
      platform: 'Moodle',
    });
    expect((await link(await lti.stack.person('learner', 'learner'))).status).toBe(403);
    expect((await link()).status).toBe(201);
    expect((await link()).status).toBe(404);
    expect((await lti.launch({ subject: 'u-ada', assignment: 'port-bind' })).visit.status).toBe(303);
  });

  it('knows people by its own issuer', async () => {
    const rows = await sql(
      lti.stack.config.databaseUrl,
      "SELECT issuer FROM identity WHERE subject = 'u-ada'",
    );

    expect(rows).toEqual([{ issuer: lti.platform.url }]);
  });

  it('leads nowhere once it is unlinked', async () => {
    const [context] = (await lti.course()).contexts;
    const path = `${COURSE_PATH}/lti/contexts/${context?.id ?? ''}`;

    expect((await lti.teacher.send('DELETE', path)).status).toBe(204);
    expect((await lti.launch({ subject: 'u-ada' })).visit.status).toBe(409);
    const { people } = await lti.teacher.ask(PeopleList, 'GET', `${COURSE_PATH}/people`);
    expect(people.map((person) => person.name)).toContain('Ada Lovelace');
  });
});
