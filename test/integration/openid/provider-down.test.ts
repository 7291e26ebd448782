import { createServer, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { type Stack, startStack } from '../support/stack.ts';
import { Visitor } from './support/visitor.ts';

const begun: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const undo of begun.splice(0).reverse()) await undo();
});

/** A server where a provider should be; what it does is up to the test. */
async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  begun.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  return `http://127.0.0.1:${address.port}`;
}

async function stackWith(issuer: string): Promise<Stack> {
  const environment = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: 'labgrader', OIDC_NAME: 'Example University' };
  const stack = await startStack({ environment });
  begun.push(() => Promise.resolve(stack[Symbol.asyncDispose]()));
  return stack;
}

function description(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

const UNAVAILABLE = {
  status: 503,
  body: {
    code: 'unavailable',
    rule: 'institution.unavailable',
    detail: 'The sign-in of Example University does not work at the moment.',
  },
};

it('keeps nothing from starting when nobody listens there, and says so at the sign-in', async () => {
  // A port at which nobody listens any more.
  const server = createServer();
  const issuer = await listen(server);
  await begun.pop()?.();

  const stack = await stackWith(issuer);

  expect((await fetch(`${stack.api.url}/readyz`)).status).toBe(200);
  const visitor = new Visitor(stack.api.url);
  expect(await visitor.call('POST', '/session/institution', {})).toMatchObject(UNAVAILABLE);
  // The button stays where it is: it may work in a minute.
  expect((await visitor.call('GET', '/session/institution')).body).toEqual({
    institution: { name: 'Example University' },
  });
});

it('is waited for within bounds when it takes calls and answers none', async () => {
  const issuer = await listen(createServer(() => undefined));
  const stack = await stackWith(issuer);

  expect(await new Visitor(stack.api.url).call('POST', '/session/institution', {})).toMatchObject(
    UNAVAILABLE,
  );
});

it('is asked again after it failed, and works as soon as it does', async () => {
  const answers: ((issuer: string) => { status: number; body: string })[] = [
    () => ({ status: 500, body: '{}' }),
    () => ({ status: 200, body: 'no JSON' }),
    () => ({ status: 200, body: JSON.stringify(description('https://somebody-else.example')) }),
    () => ({ status: 200, body: JSON.stringify({ filler: 'x'.repeat(1_000_000) }) }),
    (issuer) => ({ status: 200, body: JSON.stringify(description(issuer)) }),
  ];
  let asked = 0;
  const server = createServer((_request, response) => {
    const { status, body } = answers[asked]?.(issuer) ?? { status: 404, body: '' };
    asked += 1;
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  const issuer = await listen(server);
  const visitor = new Visitor((await stackWith(issuer)).api.url);

  for (let failure = 0; failure < 4; failure += 1) {
    expect(await visitor.call('POST', '/session/institution', {})).toMatchObject(UNAVAILABLE);
  }
  const url = new URL(await visitor.begin());
  await visitor.begin();

  expect(url.href).toContain(`${issuer}/authorize?`);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    client_id: 'labgrader',
    response_type: 'code',
    scope: 'openid email profile',
    code_challenge_method: 'S256',
  });
  // Once it is known, it is not asked at each sign-in.
  expect(asked).toBe(5);
});

it('is said to be unavailable, too, when it breaks down between the way there and the way back', async () => {
  const server = createServer((request, response) => {
    if (request.url !== '/.well-known/openid-configuration') response.writeHead(502).end();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(description(issuer)));
  });
  const issuer = await listen(server);
  const visitor = new Visitor((await stackWith(issuer)).api.url);
  const url = new URL(await visitor.begin());

  const answer = new URLSearchParams({ code: 'some-code', state: url.searchParams.get('state') ?? '' });

  expect(await visitor.finish(answer.toString())).toMatchObject(UNAVAILABLE);
});

it('is not offered where none is set up', async () => {
  const stack = await startStack();
  begun.push(() => Promise.resolve(stack[Symbol.asyncDispose]()));
  const visitor = new Visitor(stack.api.url);

  expect((await visitor.call('GET', '/session/institution')).body).toEqual({ institution: null });
  expect((await visitor.call('POST', '/session/institution', {})).status).toBe(404);
});

it('is set up with TLS, or on this machine alone', () => {
  const settings =
    (issuer: string, id = 'labgrader') =>
    () =>
      loadConfig({
        DATABASE_URL: 'postgresql://localhost/x',
        REDIS_URL: 'redis://localhost',
        OIDC_ISSUER: issuer,
        OIDC_CLIENT_ID: id,
      }).openid;

  expect(settings('https://login.example.edu/realms/main')()).toMatchObject({ name: 'login.example.edu' });
  expect(settings('http://[::1]:9000')()).toMatchObject({ name: '[::1]' });
  expect(settings('', '')()).toBeNull();
  for (const wrong of [
    'http://login.example.edu',
    'ftp://localhost',
    'login.example.edu',
    'https://a.b/?x=1',
  ]) {
    expect(settings(wrong)).toThrow(/OIDC_ISSUER/);
  }
  expect(settings('https://login.example.edu', '')).toThrow(/OIDC_CLIENT_ID/);
});
