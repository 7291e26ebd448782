import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LtiKeySet, LtiPlatform, LtiSite } from '../../../src/http/schemas/lti.ts';
import { sql } from '../support/database.ts';
import { COURSE_PATH, DEPLOYMENT, LtiStack } from './lti-stack.ts';

describe('a registration', () => {
  let lti: LtiStack;

  beforeAll(async () => {
    lti = await LtiStack.start();
  });
  afterAll(() => lti[Symbol.asyncDispose]());

  it.each([
    ['a private address', { tokenUrl: 'https://127.0.0.1:1/token' }, /private network/],
    ['an address without TLS', { jwksUrl: 'http://127.0.0.1:1/jwks' }, /https/],
    ['a script', { authUrl: 'javascript:alert(1)' }, /authUrl/],
    ['no deployment', { deploymentIds: [] }, /deploymentIds/],
  ])('with %s is refused', async (_what, change, words) => {
    const reply = await lti.teacher.send('POST', `${COURSE_PATH}/lti/platforms`, lti.registration(change));

    expect(reply.status).toBe(400);
    expect(reply.text).toMatch(words);
  });

  it('is taken once, and can be taken back', async () => {
    const path = `${COURSE_PATH}/lti/platforms`;
    const { id } = await lti.register();
    const again = await lti.admin.send('POST', '/lti/platforms', lti.registration());
    expect(again).toMatchObject({ status: 409, body: { rule: 'lti.platform' } });

    expect((await lti.teacher.send('DELETE', `${path}/${id}`)).status).toBe(204);
    expect((await lti.teacher.send('DELETE', `${path}/${id}`)).status).toBe(404);
    await expect(lti.begin(lti.browser())).rejects.toThrow('isn’t registered');
  });

  it('can be changed where the platform moved, with its links and people, and stays the same platform', async () => {
    const { id, issuer, clientId, createdAt, ...known } = await lti.register();
    const path = `${COURSE_PATH}/lti/platforms/${id}`;
    await lti.linkCourse();
    const change = { ...known, name: 'Moodle, moved', deploymentIds: [DEPLOYMENT, 'deployment-2'] };

    const changed = await lti.teacher.ask(LtiPlatform, 'PUT', path, change);
    expect(changed).toEqual({ ...change, id, issuer, clientId, createdAt });
    const { platforms, contexts, links } = await lti.course();
    expect(platforms).toEqual([changed]);
    expect([contexts.length, links.length]).toEqual([1, 1]);

    const refused = await lti.teacher.send('PUT', path, { ...change, tokenUrl: 'https://127.0.0.1:1/token' });
    expect(refused).toMatchObject({ status: 400, body: { rule: 'address.guarded' } });
    const other = await lti.teacher.send('PUT', path, { ...change, issuer: 'https://other.example.edu' });
    expect(other.status).toBe(400);
    // Keys of somebody's own would make them anybody of the platform, in other courses too.
    const rekeyed = { ...change, jwksUrl: `${change.jwksUrl}-2` };
    const forbidden = await lti.teacher.send('PUT', path, rekeyed);
    expect(forbidden).toMatchObject({ status: 403, body: { rule: 'lti.keys-address' } });
    expect((await lti.admin.ask(LtiPlatform, 'PUT', path, rekeyed)).jwksUrl).toBe(rekeyed.jwksUrl);
    expect((await lti.admin.send('PUT', `/lti/platforms/${id}`, change)).status).toBe(404);
    expect((await lti.teacher.send('DELETE', path)).status).toBe(204);
  });

  it('makes one key, whose private half is nowhere to be read', async () => {
    const { keys } = await lti.teacher.ask(LtiKeySet, 'GET', '/lti/jwks');
    const rows = await sql(lti.stack.config.databaseUrl, 'SELECT * FROM lti_key');

    expect(keys).toMatchObject([{ kty: 'RSA', alg: 'RS256', use: 'sig', kid: rows[0]?.['id'] }]);
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(JSON.stringify(rows)).not.toContain('"d"');
  });

  it('can have its key replaced: the new one is published first, and the old one ended last', async () => {
    const [first] = (await lti.admin.ask(LtiSite, 'GET', '/lti/platforms')).keys;
    const { keys } = await lti.admin.ask(LtiSite, 'POST', '/lti/keys');
    expect(keys.map((key) => [key.id === first?.id, key.signs])).toEqual([
      [false, false],
      [true, true],
    ]);
    const old = `/lti/keys/${first?.id ?? ''}`;
    expect((await lti.admin.send('DELETE', old)).status).toBe(409);

    lti.stack.clock.set(new Date(lti.stack.clock.now().getTime() + 25 * 3_600_000).toISOString());
    expect((await lti.admin.send('DELETE', old)).status).toBe(204);
    const left = (await lti.admin.ask(LtiSite, 'GET', '/lti/platforms')).keys;
    expect(left).toMatchObject([{ signs: true }]);
  });

  it('is described to Canvas by an address', async () => {
    const reply = await lti.teacher.send('GET', '/lti/canvas');

    expect(reply.body).toMatchObject({
      oidc_initiation_url: `${lti.stack.api.url}/api/v1/lti/login`,
      target_link_uri: `${lti.stack.api.url}/api/v1/lti/launch`,
      public_jwk_url: `${lti.stack.api.url}/api/v1/lti/jwks`,
    });
  });
});
