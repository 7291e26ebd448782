import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';
import { z } from 'zod';
import { Accounts } from './accounts.ts';
import { bent } from './bent-token.ts';

/**
 * An institution's provider of OpenID Connect as a process of its own. Whoever signs in names an account; what an
 * account is and how its tokens are bent stands in the environment. Ends with its stdin.
 */
const accounts = Accounts.parse(JSON.parse(process.env['ACCOUNTS'] ?? '{}'));
const host = process.env['HOST'] ?? '127.0.0.1';
const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const kid = 'institution';

const configuration: Configuration = {
  clients: [
    {
      client_id: 'labgrader',
      client_secret: 'client-secret-of-the-tests',
      redirect_uris: ['http://127.0.0.1/sign-in/openid'],
    },
  ],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' }] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, id) => {
    const account = accounts[id];
    if (account === undefined) return undefined;
    const claims = { sub: id, name: account.name, email: account.email, email_verified: account.verified };
    return { accountId: id, claims: () => claims };
  },
  // Everybody agrees to what is asked for: whether to sign in at all is asked below.
  async loadExistingGrant(ctx) {
    const { client, session, provider } = ctx.oidc;
    if (client === undefined || session?.accountId === undefined) return undefined;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid email profile');
    await grant.save();
    return grant;
  },
};

const server = createServer();
await new Promise<void>((resolve) => server.listen(0, host, resolve));
const address = server.address();
const port = address !== null && typeof address === 'object' ? address.port : 0;
const issuer = `http://${host}:${port}`;
const provider = new Provider(issuer, configuration);

// The service's port is known only once it runs, and it needs the provider for that.
provider.Client.prototype.redirectUriAllowed = (uri: string): boolean =>
  /^http:\/\/127\.0\.0\.1:\d+\/sign-in\/openid$/.test(uri);

const TokenAnswer = z.looseObject({ id_token: z.string() });
provider.use(async (ctx, next) => {
  await next();
  if (ctx.path !== '/token' || ctx.status !== 200) return;
  const answer = TokenAnswer.parse(ctx.body);
  ctx.body = { ...answer, id_token: await bent(answer.id_token, accounts, { privateKey, kid }) };
});

const answer = provider.callback();
server.on('request', (request, response) => {
  const uid = /^\/interaction\/[\w-]+$/.exec(request.url ?? '');
  if (uid === null) {
    void answer(request, response);
    return;
  }
  const work =
    request.method === 'POST'
      ? bodyOf(request).then((form) => {
          const login = form.get('account') ?? '';
          const result =
            form.get('choice') === 'sign-in' && login in accounts
              ? { login: { accountId: login } }
              : { error: 'access_denied', error_description: 'the person went back' };
          return provider.interactionFinished(request, response, result);
        })
      : Promise.resolve(response.setHeader('content-type', 'text/html; charset=utf-8').end(PAGE));
  work.catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    response.destroy();
  });
});

const PAGE = `<!doctype html><html lang="en"><title>Institution</title><link rel="icon" href="data:,"><main><h1>Institution</h1><form method="post">
<label>Account <input name="account" autofocus></label>
<button name="choice" value="sign-in">Continue</button> <button name="choice" value="back">Go back</button>
</form></main></html>`;

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

process.stdin.resume().on('end', () => process.exit(0));
process.stdout.write(`issuer ${issuer}\n`);
