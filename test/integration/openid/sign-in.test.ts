import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Me } from '../../../src/http/schemas/session.ts';
import { Client } from '../support/client.ts';
import { sql } from '../support/database.ts';
import { type Stack, startStack } from '../support/stack.ts';
import type { Accounts } from './support/accounts.ts';
import { type RunningProvider, startProvider } from './support/provider.ts';
import { Visitor } from './support/visitor.ts';

const ACCOUNTS: Accounts = {
  'ada-1815': { name: 'Ada L.', email: 'Ada@Example.edu', verified: true },
  'ada-2026': { name: 'Another Ada', email: 'ada@example.edu', verified: true },
  'grace-1906': { name: 'Grace Hopper', email: 'grace@example.edu', verified: true },
  'nova-1': { name: 'Nova', email: 'nova@example.edu', verified: true },
  'twice-1': { name: 'Twice', email: 'twice@example.edu', verified: true },
  'inside-1': { name: 'Inside', email: 'inside@example.edu', verified: true, bend: 'address-inside' },
  'word-1': { name: 'Word', email: 'word@example.edu', verified: false, bend: 'verified-by-word' },
  'liar-1': { name: 'Ines I.', email: 'ines@example.edu', verified: false },
  'blocked-1': { name: 'Blocked', email: 'blocked@example.edu', verified: true },
};

describe('the sign-in by an institution', () => {
  let provider: RunningProvider;
  let stack: Stack;
  let root: Client;
  /** Undone in reverse, whatever of it was begun. */
  const begun: AsyncDisposable[] = [];
  beforeAll(async () => {
    provider = await startProvider(ACCOUNTS);
    begun.push(provider);
    stack = await startStack({ environment: provider.environment });
    begun.push(stack);
    root = await stack.person('root', 'admin');
  });
  afterAll(async () => {
    for (const part of begun.reverse()) await part[Symbol.asyncDispose]();
  });

  const visitor = (): Visitor => new Visitor(stack.api.url);
  async function me(who: Visitor) {
    return Me.parse((await who.call('GET', '/me')).body);
  }

  /** What somebody gets who shows this session, from wherever. */
  async function statusWith(session: string | undefined): Promise<number> {
    const cookie = `labgrader_session=${session ?? ''}`;
    return (await new Client(stack.api.url, null).send('GET', '/me', undefined, { cookie })).status;
  }

  it('is offered by its name', async () => {
    const { body } = await visitor().call('GET', '/session/institution');

    expect(body).toEqual({ institution: { name: 'Example University' } });
  });

  it('leads who is enrolled under the verified address to their courses, and back to the page they asked for', async () => {
    const ada = await stack.person('ada', 'learner');
    const browser = visitor();

    const reply = await browser.signIn('ada-1815', '/courses/docker-101?tab=late');

    expect(reply).toMatchObject({ status: 200, body: { returnTo: '/courses/docker-101?tab=late' } });
    expect(await me(browser)).toMatchObject({
      person: { id: ada.personId, email: 'ada@example.edu' },
      courses: [{ id: 'docker-101', role: 'learner' }],
    });
  });

  it('leads the same account to the same person again, and tells the audit log of the link once', async () => {
    const grace = await stack.person('grace', 'learner');
    const [first, second] = [visitor(), visitor()];
    await first.signIn('grace-1906');
    await second.signIn('grace-1906');

    expect((await me(first)).person.id).toBe(grace.personId);
    expect((await me(second)).person.id).toBe(grace.personId);
    const rows = await sql(
      stack.config.databaseUrl,
      `SELECT act, actor_id, detail FROM audit_entry WHERE subject = $1`,
      [`person:${grace.personId}`],
    );
    expect(rows).toEqual([
      {
        act: 'identity.linked',
        actor_id: grace.personId,
        detail: {
          issuer: provider.issuer,
          account: 'grace-1906',
          email: 'grace@example.edu',
          newPerson: false,
        },
      },
    ]);
  });

  it('links an account once where it first comes in by two windows at the same time', async () => {
    const [one, other] = [visitor(), visitor()];
    const answers = await Promise.all(
      [one, other].map(async (browser) => browser.atInstitution(await browser.begin(), 'twice-1')),
    );

    const replies = await Promise.all([one.finish(answers[0] ?? ''), other.finish(answers[1] ?? '')]);

    expect(replies.map((reply) => reply.status)).toEqual([200, 200]);
    expect((await me(one)).person.id).toBe((await me(other)).person.id);
    expect(
      await sql(stack.config.databaseUrl, `SELECT 1 FROM identity WHERE subject = 'twice-1'`),
    ).toHaveLength(1);
  });

  it('makes a person who is in no course of a verified address that nobody has', async () => {
    const browser = visitor();
    await browser.signIn('nova-1');

    expect(await me(browser)).toMatchObject({
      person: { name: 'Nova', email: 'nova@example.edu', admin: false },
      courses: [],
    });
  });

  it.each(['inside-1', 'word-1'])(
    'takes the address from the token where it stands there: %s',
    async (account) => {
      const browser = visitor();

      expect((await browser.signIn(account)).status).toBe(200);
      expect((await me(browser)).person.email).toBe(`${account.split('-')[0] ?? ''}@example.edu`);
    },
  );

  it('lets nobody become somebody by an address that is not verified', async () => {
    await stack.person('ines', 'instructor');
    const browser = visitor();

    const reply = await browser.signIn('liar-1');

    expect(reply).toMatchObject({ status: 403, body: { rule: 'institution.email' } });
    expect((await browser.call('GET', '/me')).status).toBe(401);
    expect(await sql(stack.config.databaseUrl, `SELECT 1 FROM identity WHERE subject = 'liar-1'`)).toEqual(
      [],
    );
  });

  it('gives nobody the work of whoever had their address before them', async () => {
    await stack.person('ada', 'learner');
    await visitor().signIn('ada-1815');

    const reply = await visitor().signIn('ada-2026');

    expect(reply).toMatchObject({ status: 409, body: { rule: 'institution.account' } });
  });

  it('opens a session of its own each time, and ends the one that was there', async () => {
    const browser = visitor();
    await browser.signIn('nova-1');
    const before = browser.cookie('labgrader_session');
    expect(await statusWith(before)).toBe(200);
    await browser.signIn('nova-1');

    expect(before).toMatch(/^lgs_/);
    expect(browser.cookie('labgrader_session')).not.toBe(before);
    expect(await statusWith(before)).toBe(401);
  });

  it('ends with signing out, on the server too', async () => {
    const browser = visitor();
    await browser.signIn('nova-1');
    const session = browser.cookie('labgrader_session');

    expect((await browser.call('DELETE', '/session')).status).toBe(204);

    expect(browser.cookie('labgrader_session')).toBeUndefined();
    expect(await statusWith(session)).toBe(401);
  });

  it('keeps its secrets in cookies that scripts and other sites never see', async () => {
    const begin = await visitor().call('POST', '/session/institution', {});

    expect(begin.headers.get('set-cookie')).toMatch(
      /^labgrader_attempt=lga_.*Path=\/api\/v1\/session\/institution;.*HttpOnly; SameSite=Strict/,
    );
    const kept = await sql(stack.config.databaseUrl, 'SELECT * FROM sign_in_attempt');
    const secret = /lga_[\w-]+/.exec(begin.headers.get('set-cookie') ?? '')?.[0] ?? 'none';
    expect(JSON.stringify(kept)).not.toContain(secret);
  });

  it('lets who is blocked in nowhere, until they are let in again', async () => {
    const blocked = await stack.person('blocked', 'learner');
    const before = visitor();
    expect((await before.signIn('blocked-1')).status).toBe(200);
    const link = `/courses/docker-101/people/${blocked.personId}/sign-in-link`;
    const block = `/people/${blocked.personId}/block`;
    const made = await root.send('POST', link);

    expect((await root.send('PUT', block, { reason: 'left the institution' })).status).toBe(204);

    const again = await visitor().signIn('blocked-1');
    expect(again).toMatchObject({ status: 403, body: { rule: 'access.blocked' } });
    expect((await before.call('GET', '/me')).status).toBe(401);
    expect((await blocked.get('/me')).status).toBe(401);
    const token = /#([\w-]+)/.exec(made.text)?.[1];
    expect((await visitor().call('POST', '/session', { token })).status).toBe(401);

    expect((await root.send('DELETE', block)).status).toBe(204);
    expect((await visitor().signIn('blocked-1')).status).toBe(200);
    expect((await blocked.get('/me')).status).toBe(200);
  });

  it('blocks no admin by their own hand', async () => {
    const reply = await root.send('PUT', `/people/${root.personId}/block`, { reason: 'by mistake' });

    expect(reply).toMatchObject({ status: 409, body: { rule: 'access.blocked' } });
  });
});
