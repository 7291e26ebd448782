import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../support/database.ts';
import type { Browser, Visit } from './browser.ts';
import { type BegunLaunch, LtiStack } from './lti-stack.ts';

const CLAIM = 'https://purl.imsglobal.org/spec/lti/claim/';

describe('a hostile launch', () => {
  let lti: LtiStack;

  beforeAll(async () => {
    lti = await LtiStack.start();
    await lti.register();
    await lti.linkCourse();
  });
  afterAll(() => lti[Symbol.asyncDispose]());

  function deliver(browser: Browser, state: string, token: string): Promise<Visit> {
    return browser.post('/api/v1/lti/launch', { state, id_token: token });
  }

  /** No session, no new person, and a page with words. */
  async function expectRefused(browser: Browser, visit: Visit, words: RegExp): Promise<void> {
    expect(visit.text).toMatch(words);
    expect(visit.status).toBeGreaterThanOrEqual(400);
    expect(visit.status).toBeLessThan(500);
    expect(visit.headers.get('content-type')).toMatch(/^text\/html/);
    expect(browser.isSignedIn).toBe(false);
    const people = await sql(
      lti.stack.config.databaseUrl,
      "SELECT 1 FROM identity WHERE subject = 'u-mallory'",
    );
    expect(people).toEqual([]);
  }

  const keys = () => lti.platform.keys;
  const payload = (begun: BegunLaunch, claims: Record<string, unknown> = {}) =>
    lti.payload(begun.nonce, { subject: 'u-mallory', claims });
  const changed = (claims: Record<string, unknown>) => (begun: BegunLaunch) =>
    keys().sign(payload(begun, claims));
  const seconds = (change: number) => Math.floor(lti.stack.clock.now().getTime() / 1000) + change;

  const TOKENS: readonly [string, (begun: BegunLaunch) => string | Promise<string>, RegExp][] = [
    ['that another key signed', (begun) => keys().signByStranger(payload(begun)), /signature doesn’t hold/],
    ['that nobody signed', (begun) => keys().unsigned(payload(begun)), /isn’t signed by RS256/],
    ['signed by the public key as a secret', (begun) => keys().signByPublicKey(payload(begun)), /RS256/],
    ['signed by a key that isn’t known', (begun) => keys().sign(payload(begun), { kid: 'x' }), /no such key/],
    ['that names no key', (begun) => keys().sign(payload(begun), { kid: '' }), /names no key/],
    ['for another client', changed({ aud: 'somebody-else' }), /`aud`/],
    [
      'for several, made for none of them',
      async (begun) => {
        return keys().sign(payload(begun, { aud: [lti.platform.clientId, 'other'] }));
      },
      /`azp`/,
    ],
    ['made for another party', changed({ azp: 'somebody-else' }), /`azp`/],
    ['of another issuer', changed({ iss: 'https://elsewhere.example.edu' }), /`iss`/],
    ['that has expired', (begun) => changed({ iat: seconds(-400), exp: seconds(-90) })(begun), /has expired/],
    ['that was made an hour ago', (begun) => changed({ iat: seconds(-3600) })(begun), /too long ago/],
    [
      'that will be made in an hour',
      (begun) => changed({ iat: seconds(3600), exp: seconds(7200) })(begun),
      /`iat`/,
    ],
    ['that never expires', changed({ exp: undefined }), /`exp`/],
    ['without a nonce', changed({ nonce: undefined }), /`nonce`/],
    ['with a nonce of its own', changed({ nonce: 'made-up' }), /another launch/],
    ['of another deployment', changed({ [`${CLAIM}deployment_id`]: 'deployment-2' }), /`deployment-2`/],
    [
      'of another kind of message',
      changed({ [`${CLAIM}message_type`]: 'LtiDeepLinkingRequest' }),
      /message_type/,
    ],
    ['of another version', changed({ [`${CLAIM}version`]: 'LTI-1p0' }), /version/],
    ['without a subject', changed({ sub: undefined }), /`sub`/],
    ['without a link', changed({ [`${CLAIM}resource_link`]: undefined }), /resource_link/],
    ['without a course', changed({ [`${CLAIM}context`]: undefined }), /context/],
    ['without roles', changed({ [`${CLAIM}roles`]: undefined }), /roles/],
    ['with a NUL in the subject', changed({ sub: 'u\0' }), /`sub`/],
    ['that leads to a script', changed({ [`${CLAIM}target_link_uri`]: 'javascript:alert(1)' }), /target/],
    [
      'that leads to another site',
      changed({ [`${CLAIM}target_link_uri`]: 'https://evil.example/' }),
      /target/,
    ],
    [
      'of somebody who only watches',
      changed({ [`${CLAIM}roles`]: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor'] }),
      /no role/,
    ],
    [
      'of somebody who teaches elsewhere',
      changed({
        [`${CLAIM}roles`]: ['http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor'],
      }),
      /no role/,
    ],
    ['that is larger than any', changed({ blob: 'x'.repeat(34_000) }), /more than 32768 characters/],
    ['that is no token', () => 'nonsense', /no signed token/],
    [
      'of an assignment that there isn’t',
      changed({ [`${CLAIM}custom`]: { assignment: 'none' } }),
      /no assignment/,
    ],
  ];

  it.each(TOKENS)('with a token %s is refused', async (_what, tokenOf, words) => {
    const browser = lti.browser();
    const begun = await lti.begin(browser);

    await expectRefused(browser, await deliver(browser, begun.state, await tokenOf(begun)), words);
  });

  it('with a state that nobody began is refused', async () => {
    const browser = lti.browser();
    const begun = await lti.begin(browser);
    const token = await keys().sign(payload(begun));

    await expectRefused(browser, await deliver(browser, `lgx_${'a'.repeat(43)}`, token), /isn’t known/);
  });

  it('that is sent again is refused, in whatever browser', async () => {
    const browser = lti.browser();
    const begun = await lti.begin(browser);
    const token = await keys().sign(lti.payload(begun.nonce, { subject: 'u-once' }));
    const first = await deliver(browser, begun.state, token);
    expect(first.status).toBe(303);

    const again = await deliver(browser, begun.state, token);
    expect(again.status).toBe(401);
    expect(again.text).toMatch(/was finished before/);
  });

  it('by which one token is brought to two launches is refused', async () => {
    const browser = lti.browser();
    const one = await lti.begin(browser);
    const other = await lti.begin(browser);
    const token = await keys().sign(payload(one));

    await expectRefused(browser, await deliver(browser, other.state, token), /another launch/);
  });

  it('that began in somebody else’s browser is refused, and is over', async () => {
    const mine = lti.browser();
    const begun = await lti.begin(mine);
    const token = await keys().sign(payload(begun));
    const victim = lti.browser();
    await lti.begin(victim);

    await expectRefused(victim, await deliver(victim, begun.state, token), /another browser/);
    await expectRefused(mine, await deliver(mine, begun.state, token), /isn’t known/);
  });

  it('that is late is refused', async () => {
    const browser = lti.browser();
    const begun = await lti.begin(browser);
    await sql(lti.stack.config.databaseUrl, "UPDATE lti_login SET expires_at = now() - interval '1 second'");

    await expectRefused(
      browser,
      await deliver(browser, begun.state, await keys().sign(payload(begun))),
      /ten minutes/,
    );
  });

  it('raced by itself is taken once', async () => {
    const browser = lti.browser();
    const begun = await lti.begin(browser);
    const token = await keys().sign(lti.payload(begun.nonce, { subject: 'u-race' }));
    const visits = await Promise.all(Array.from({ length: 8 }, () => deliver(browser, begun.state, token)));

    expect(visits.map((visit) => visit.status).sort()).toEqual([
      303,
      ...Array.from({ length: 7 }, () => 401),
    ]);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['from a platform that isn’t registered', { iss: 'https://unknown.example.edu' }, /isn’t registered/],
    ['by another client id', { client_id: 'other' }, /isn’t registered/],
    ['for a script', { target_link_uri: 'javascript:alert(1)' }, /target/],
    ['for another site', { target_link_uri: 'https://evil.example/launch' }, /target/],
    ['for another deployment', { lti_deployment_id: 'deployment-2' }, /deployment-2/],
    ['without a hint', { login_hint: '' }, /login_hint|not as expected|query/i],
  ])('begun %s is refused', async (_what, change, words) => {
    const browser = lti.browser();
    const query = new URLSearchParams(lti.loginQuery(change)).toString();
    const byAddress = await browser.get(`/api/v1/lti/login?${query}`);
    const byForm = await browser.post('/api/v1/lti/login', lti.loginQuery(change));

    await expectRefused(browser, byAddress, words);
    expect(byForm).toMatchObject({ status: byAddress.status, text: byAddress.text });
    expect(browser.cookieNames).toEqual([]);
  });

  it('whose body is larger than any is refused', async () => {
    const browser = lti.browser();
    const begun = await lti.begin(browser);
    const visit = await deliver(browser, begun.state, 'x'.repeat(100_000));

    expect(visit.status).toBe(413);
    expect(browser.isSignedIn).toBe(false);
  });

  it('has the platform’s keys asked for no more often than twice a minute', async () => {
    const before = lti.platform.keySetsAsked;
    for (let index = 0; index < 5; index += 1) {
      const browser = lti.browser();
      const begun = await lti.begin(browser);
      await deliver(browser, begun.state, await keys().sign(payload(begun), { kid: `made-up-${index}` }));
    }

    expect(lti.platform.keySetsAsked - before).toBeLessThanOrEqual(2);
  });
});
