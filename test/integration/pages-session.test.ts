import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CreatedInvitation, SignInLink } from '../../src/http/schemas/course.ts';
import { Me } from '../../src/http/schemas/session.ts';
import { Client } from './support/client.ts';
import { type Stack, startStack } from './support/stack.ts';

describe('the session of the pages', () => {
  let stack: Stack;
  let ines: Client;
  let visitor: Client;
  beforeAll(async () => {
    stack = await startStack({ allowances: { 'signing-in': 12 } });
    ines = await stack.person('ines', 'instructor');
    visitor = new Client(stack.api.url, null);
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  async function linkFor(person: Client): Promise<string> {
    const path = `/courses/docker-101/people/${person.personId}/sign-in-link`;
    const { url } = await ines.ask(SignInLink, 'POST', path);
    return url.split('#')[1] ?? '';
  }

  it('begins with a link that works once, in a cookie that scripts and other sites never see', async () => {
    const ada = await stack.person('ada', 'learner');
    const token = await linkFor(ada);

    const [one, other] = await Promise.all([
      visitor.send('POST', '/session', { token }),
      visitor.send('POST', '/session', { token }),
    ]);

    expect([one.status, other.status].sort()).toEqual([200, 401]);
    const cookie = (one.status === 200 ? one : other).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^labgrader_session=.*HttpOnly.*SameSite=Strict/);
  });

  it('changes nothing for a request that another site could have sent', async () => {
    const ada = await stack.person('ada', 'learner');
    const cookie = await signIn(await linkFor(ada));
    const body = { label: 'x', scopes: ['read'], expiresInDays: 1 };

    const forged = await visitor.send('POST', '/tokens', body, { cookie });
    const foreign = await visitor.send('POST', '/tokens', body, {
      cookie,
      'x-labgrader': '1',
      origin: 'https://evil.example',
    });
    const own = await visitor.send('POST', '/tokens', body, {
      cookie,
      'x-labgrader': '1',
      origin: stack.api.url,
    });

    expect([forged.status, foreign.status, own.status]).toEqual([403, 403, 201]);
  });

  it('ends on the server when one signs out', async () => {
    const ada = await stack.person('ada', 'learner');
    const cookie = await signIn(await linkFor(ada));

    const out = await visitor.send('DELETE', '/session', undefined, { cookie, 'x-labgrader': '1' });

    expect(out.status).toBe(204);
    expect((await visitor.send('GET', '/me', undefined, { cookie })).status).toBe(401);
  });

  it('is not lent: no link is made for who stands as high', async () => {
    const other = await stack.person('irma', 'instructor');
    const admin = await stack.person('root', 'admin');

    for (const person of [other, admin]) {
      const reply = await ines.send('POST', `/courses/docker-101/people/${person.personId}/sign-in-link`);
      expect([403, 404]).toContain(reply.status);
    }
  });

  it('begins with an invitation, as often as it may be used', async () => {
    const wish = { role: 'learner', expiresInDays: 1, maxUses: 1 };
    const invitation = await ines.ask(CreatedInvitation, 'POST', '/courses/docker-101/invitations', wish);
    const token = invitation.url.split('#')[1] ?? '';

    const joined = await visitor.ask(Me, 'POST', '/invitations/accept', {
      token,
      name: 'Eve',
      email: 'Eve@Example.edu',
    });
    const again = await visitor.send('POST', '/invitations/accept', {
      token,
      name: 'Bo',
      email: 'bo@example.edu',
    });

    expect(joined).toMatchObject({ person: { email: 'eve@example.edu' }, courses: [{ role: 'learner' }] });
    expect(again.status).toBe(404);
  });

  it('makes nobody into somebody by their address', async () => {
    await stack.person('ada', 'learner');
    const wish = { role: 'learner', expiresInDays: 1, maxUses: 5 };
    const invitation = await ines.ask(CreatedInvitation, 'POST', '/courses/docker-101/invitations', wish);
    const token = invitation.url.split('#')[1] ?? '';

    const taken = await visitor.send('POST', '/invitations/accept', {
      token,
      name: 'Ada',
      email: 'ada@example.edu',
    });

    expect(taken).toMatchObject({ status: 409, body: { rule: 'invitation.email' } });
  });

  it('cannot be guessed at: trying is slowed down', async () => {
    const tries = Array.from({ length: 15 }, () =>
      visitor.send('POST', '/session', { token: 'x'.repeat(30) }),
    );
    const replies = await Promise.all(tries);

    const slowed = replies.find((reply) => reply.status === 429);
    expect(slowed?.headers.get('retry-after')).toMatch(/^\d+$/);
  });

  it('comes with headers that let pages load nothing from elsewhere', async () => {
    const { headers } = await visitor.get('/me');

    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  async function signIn(token: string): Promise<string> {
    const reply = await visitor.send('POST', '/session', { token });
    return (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  }
});

it('shows the queue’s own board to admins, without letting it load from elsewhere', async () => {
  await using stack = await startStack();
  const admin = await stack.person('root', 'admin');
  const ines = await stack.person('ines', 'instructor');
  const visit = (token: string) =>
    fetch(`${stack.api.url}/admin/queues/`, { headers: { authorization: `Bearer ${token}` } });

  const seen = await visit(admin.token ?? '');

  expect(seen.status).toBe(200);
  expect(seen.headers.get('content-security-policy')).toContain("base-uri 'self'");
  expect((await visit(ines.token ?? '')).status).toBe(403);
  expect((await fetch(`${stack.api.url}/admin/queues/api/queues`)).status).toBe(401);
  const queues = await fetch(`${stack.api.url}/admin/queues/api/queues`, {
    headers: { authorization: `Bearer ${admin.token ?? ''}` },
  });
  expect(await queues.text()).toContain('"name":"runs"');
});
