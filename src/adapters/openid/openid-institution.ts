import * as openid from 'openid-client';
import { z } from 'zod';
import type { AttemptKeys, Institution, InstitutionAccount } from '../../app/ports/institution.ts';
import type { Refusal } from '../../core/refusal.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { answerRefusal, unavailable, wordsOf } from './refusals.ts';

/** For each request to the provider. */
const TIMEOUT_SECONDS = 8;
/** How long a provider's description is believed; keys that are missing are asked for earlier by the library. */
const KEEP_MS = 3_600_000;

export interface OpenIdOptions {
  readonly name: string;
  /** An https address; http for a provider on this machine. */
  readonly issuer: string;
  readonly clientId: string;
  /** Null for a client that is known by PKCE alone. */
  readonly clientSecret: string | null;
  /** Separated by spaces; `openid` is one of them. */
  readonly scopes: string;
  /** What went wrong, in words for whoever runs the service. */
  readonly onFailure: (what: string) => void;
}

/** What the ID token or the user info tells; some providers write booleans as text. */
const Claims = z.object({
  email: z.string().max(254).optional().catch(undefined),
  email_verified: z
    .union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])
    .optional()
    .catch(undefined),
  name: z.string().trim().min(1).max(200).optional().catch(undefined),
});

const Email = z.email().max(254).toLowerCase();
/** More than this isn't kept as a person's key. OpenID Connect allows 255 characters. */
const Subject = z.string().min(1).max(255);

/**
 * A provider of OpenID Connect: authorization code flow with state, nonce and PKCE, and ID tokens whose signature is
 * checked. It is asked for its description when somebody first signs in, so one that is down keeps nothing from starting.
 */
export function openIdInstitution(options: OpenIdOptions): Institution {
  const configuration = keptFor(KEEP_MS, () => discover(options));

  function failed(error: unknown, refusal: Refusal): Refusal {
    options.onFailure(wordsOf(error));
    return refusal;
  }
  async function described(): Promise<openid.Configuration> {
    try {
      return await configuration();
    } catch (error) {
      throw failed(error, unavailable(options.name));
    }
  }

  return {
    name: options.name,
    async signInUrl(keys, returnUrl) {
      const parameters = {
        redirect_uri: returnUrl,
        scope: options.scopes,
        state: keys.state,
        nonce: keys.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(keys.verifier),
        code_challenge_method: 'S256',
      };
      return openid.buildAuthorizationUrl(await described(), parameters).href;
    },
    async accountOf(answer, keys, returnUrl) {
      const config = await described();
      const url = new URL(returnUrl);
      url.search = answer.toString();
      try {
        return await accountFrom(config, url, keys);
      } catch (error) {
        throw failed(error, answerRefusal(error, options.name));
      }
    },
  };
}

async function accountFrom(
  config: openid.Configuration,
  url: URL,
  keys: AttemptKeys,
): Promise<InstitutionAccount> {
  const tokens = await openid.authorizationCodeGrant(config, url, {
    expectedState: keys.state,
    expectedNonce: keys.nonce,
    pkceCodeVerifier: keys.verifier,
  });
  const token = tokens.claims();
  if (token === undefined) throw new Error('the provider gave no ID token');
  const subject = Subject.parse(token.sub);
  const told = Claims.parse(token);
  const complete =
    told.email !== undefined || config.serverMetadata().userinfo_endpoint === undefined
      ? told
      : Claims.parse(await openid.fetchUserInfo(config, tokens.access_token, subject));
  const email = Email.safeParse(complete.email);
  return {
    issuer: token.iss,
    subject,
    email: email.success ? email.data : null,
    emailVerified: email.success && complete.email_verified === true,
    name: complete.name ?? null,
  };
}

async function discover(options: OpenIdOptions): Promise<openid.Configuration> {
  const issuer = new URL(options.issuer);
  const secret = options.clientSecret;
  return openid.discovery(issuer, options.clientId, undefined, authenticationBy(secret), {
    timeout: TIMEOUT_SECONDS,
    [openid.customFetch]: boundedFetch,
    execute: [
      // Without it a token that came over TLS would be believed unsigned.
      openid.enableNonRepudiationChecks,
      // The settings let plain http through for the loopback alone.
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to be noticed in reviews
      ...(issuer.protocol === 'http:' ? [openid.allowInsecureRequests] : []),
    ],
  });
}

/** By the header that every provider must take, or in the form where the provider says that it takes that alone. */
function authenticationBy(secret: string | null): openid.ClientAuth {
  if (secret === null) return openid.None();
  const [basic, post] = [openid.ClientSecretBasic(secret), openid.ClientSecretPost(secret)];
  return (server, client, body, headers) => {
    const supported = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const way = supported.includes('client_secret_basic') ? basic : post;
    way(server, client, body, headers);
  };
}

/** Asked for at most once at a time, and kept for a while once it is there; a failure isn't kept. */
function keptFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let held: { readonly value: Promise<T>; readonly until: number } | null = null;
  return () => {
    if (held !== null && performance.now() < held.until) return held.value;
    const value = ask();
    const mine = { value, until: performance.now() + ms };
    held = mine;
    value.catch(() => {
      if (held === mine) held = null;
    });
    return value;
  };
}
