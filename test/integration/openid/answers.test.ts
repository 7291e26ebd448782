import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../support/database.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { type Accounts, Bend } from './support/accounts.ts';
import { type RunningProvider, startProvider } from './support/provider.ts';
import { Visitor } from './support/visitor.ts';

const HOSTILE = Bend.options.filter((bend) => bend !== 'address-inside' && bend !== 'verified-by-word');

/** An account for each way to forge a token, all with the address of somebody who is enrolled. */
const ACCOUNTS: Accounts = {
  ada: { name: 'Ada', email: 'ada@example.edu', verified: true },
  ...Object.fromEntries(
    HOSTILE.map((bend) => [bend, { name: 'Mallory', email: 'ada@example.edu', verified: true, bend }]),
  ),
};

describe('an answer from the institution', () => {
  let provider: RunningProvider;
  let stack: Stack;
  /** Of the log. */
  const lines: string[] = [];
  /** Undone in reverse, whatever of it was begun. */
  const begun: AsyncDisposable[] = [];
  beforeAll(async () => {
    provider = await startProvider(ACCOUNTS);
    begun.push(provider);
    const log = pino({ level: 'trace' }, { write: (line) => lines.push(line) });
    stack = await startStack({ environment: provider.environment, log });
    begun.push(stack);
    await stack.person('ada', 'learner');
  });
  afterAll(async () => {
    for (const part of begun.reverse()) await part[Symbol.asyncDispose]();
  });

  const visitor = (): Visitor => new Visitor(stack.api.url);
  async function isSignedIn(who: Visitor): Promise<boolean> {
    return (await who.call('GET', '/me')).status === 200;
  }

  it.each(HOSTILE)('with a token that is forged is believed by nobody: %s', async (bend) => {
    const browser = visitor();

    const reply = await browser.signIn(bend);

    expect(reply).toMatchObject({ status: 401, body: { rule: 'institution.answer' } });
    expect(await isSignedIn(browser)).toBe(false);
    expect(await sql(stack.config.databaseUrl, 'SELECT 1 FROM identity WHERE subject = $1', [bend])).toEqual(
      [],
    );
  });

  it('that says no is told in words, and ends that sign-in', async () => {
    const browser = visitor();
    const answer = await browser.atInstitution(await browser.begin(), 'ada', 'back');
    expect(answer).toContain('error=access_denied');

    const reply = await browser.finish(answer);

    expect(reply).toMatchObject({ status: 401, body: { rule: 'institution.declined' } });
    expect(await browser.finish(answer)).toMatchObject({ body: { rule: 'institution.once' } });
  });

  it('is taken once, however often and at the same time it is handed in', async () => {
    const browser = visitor();
    const answer = await browser.atInstitution(await browser.begin(), 'ada');

    const replies = await Promise.all([1, 2, 3].map(() => browser.finish(answer)));

    expect(replies.map((reply) => reply.status).sort()).toEqual([200, 401, 401]);
    const late = await browser.finish(answer);
    expect(late.status).toBe(401);
  });

  it('belongs to the browser that began: another one’s answer signs nobody in', async () => {
    const [ada, mallory] = [visitor(), visitor()];
    const own = await ada.atInstitution(await ada.begin(), 'ada');
    const foreign = await mallory.atInstitution(await mallory.begin(), 'ada');

    expect(await ada.finish(foreign)).toMatchObject({ status: 401, body: { rule: 'institution.state' } });
    expect(await visitor().finish(own)).toMatchObject({ status: 401, body: { rule: 'institution.state' } });
    // What a stranger sent did not use up what was under way.
    expect((await ada.finish(own)).status).toBe(200);
  });

  it.each([
    [
      'another state',
      (answer: URLSearchParams) => {
        answer.set('state', 'x'.repeat(43));
      },
      'institution.state',
    ],
    [
      'a state in other letters',
      (answer: URLSearchParams) => {
        answer.set('state', 'é'.repeat(43));
      },
      'institution.state',
    ],
    [
      'no state',
      (answer: URLSearchParams) => {
        answer.delete('state');
      },
      'institution.state',
    ],
    [
      'another code',
      (answer: URLSearchParams) => {
        answer.set('code', 'x'.repeat(43));
      },
      'institution.answer',
    ],
    [
      'no code',
      (answer: URLSearchParams) => {
        answer.delete('code');
      },
      'institution.answer',
    ],
    [
      'two codes',
      (answer: URLSearchParams) => {
        answer.append('code', 'x');
      },
      'institution.answer',
    ],
    [
      'another provider’s name',
      (answer: URLSearchParams) => {
        answer.set('iss', 'https://elsewhere.example');
      },
      'institution.answer',
    ],
  ])('with %s is refused', async (_what, change, rule) => {
    const browser = visitor();
    const answer = new URLSearchParams(await browser.atInstitution(await browser.begin(), 'ada'));
    change(answer);

    const reply = await browser.finish(answer.toString());

    expect(reply).toMatchObject({ status: 401, body: { rule } });
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('is bound to the verifier that only the browser’s cookie gives: the code of another sign-in is refused', async () => {
    const browser = visitor();
    const stolen = new URLSearchParams(await visitorAnswer(visitor()));
    const own = new URLSearchParams(await visitorAnswer(browser));
    own.set('code', stolen.get('code') ?? '');

    expect(await browser.finish(own.toString())).toMatchObject({
      status: 401,
      body: { rule: 'institution.answer' },
    });
  });

  it('that comes more than ten minutes late is refused', async () => {
    const browser = visitor();
    const answer = await browser.atInstitution(await browser.begin(), 'ada');

    stack.clock.set(new Date(Date.now() + 10 * 60_000 + 1_000).toISOString());
    const reply = await browser.finish(answer);
    stack.clock.set(new Date().toISOString());

    expect(reply).toMatchObject({ status: 401, body: { rule: 'institution.once' } });
  });

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\\/evil.example/',
    '\\evil.example',
    'javascript:alert(1)',
    'courses/docker-101',
    '/a\tb',
    '/\n/evil.example',
    '',
  ])('leads to no page that is not ours: %j', async (returnTo) => {
    const reply = await visitor().call('POST', '/session/institution', { returnTo });

    expect(reply).toMatchObject({ status: 400, body: { fields: [{ path: 'returnTo' }] } });
  });

  it('stands in no log, nor does what it is exchanged for', async () => {
    const browser = visitor();
    const answer = await visitorAnswer(browser);
    await (await fetch(`${stack.api.url}/sign-in/openid?${answer}`)).text();
    await browser.finish(answer);

    const log = lines.join('\n');
    expect(log).toContain('/sign-in/openid?…');
    expect(log).toContain('/api/v1/session/institution/answer');
    for (const secret of [new URLSearchParams(answer).get('code') ?? 'code', 'lga_', 'lgs_', 'eyJ']) {
      expect(log).not.toContain(secret);
    }
  });

  async function visitorAnswer(who: Visitor): Promise<string> {
    return who.atInstitution(await who.begin(), 'ada');
  }
});
