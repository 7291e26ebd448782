import type { Request, Response } from 'express';
import type { Actor } from '../app/actor.ts';
import type { Clock } from '../app/ports/clock.ts';
import type { People } from '../app/ports/people.ts';
import { hashOfSecret } from '../app/secret-token.ts';
import { Refusal } from '../core/refusal.ts';

export const SESSION_COOKIE = 'labgrader_session';
const SAFE = ['GET', 'HEAD', 'OPTIONS'];
const tokenIds = new WeakMap<Request, string>();

/**
 * Who asks: by a bearer token, or by the session cookie of the pages. Null for nobody.
 * @throws Refusal when a credential was shown that doesn't hold, or a cookie comes with a request that another site
 * could have sent.
 */
export async function authenticate(
  deps: { readonly people: People; readonly clock: Clock },
  request: Request,
): Promise<(Actor & { readonly tokenId: string }) | null> {
  const now = deps.clock.now();
  const header = request.get('authorization');
  if (header !== undefined) {
    const secret = /^Bearer ([A-Za-z0-9_-]{20,200})$/i.exec(header)?.[1];
    const actor =
      secret === undefined ? null : await deps.people.actorByToken(hashOfSecret(secret), ['api'], now);
    if (actor === null) throw deadToken();
    return actor;
  }
  const cookie = secretCookieOf(request, SESSION_COOKIE);
  if (cookie === undefined) return null;
  const actor = await deps.people.actorByToken(hashOfSecret(cookie), ['session'], now);
  if (actor !== null && !SAFE.includes(request.method)) checkSameSite(request);
  if (actor !== null) tokenIds.set(request, actor.tokenId);
  return actor;
}

export function setSessionCookie(response: Response, secret: string, expires: Date, secure: boolean): void {
  response.cookie(SESSION_COOKIE, secret, { httpOnly: true, sameSite: 'strict', secure, path: '/', expires });
}

export function clearSessionCookie(response: Response, secure: boolean): void {
  response.clearCookie(SESSION_COOKIE, { httpOnly: true, sameSite: 'strict', secure, path: '/' });
}

/** A secret of ours that the browser keeps under this name. */
export function secretCookieOf(request: Request, wanted: string): string | undefined {
  for (const pair of (request.get('cookie') ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === wanted && value !== undefined && /^[A-Za-z0-9_-]{20,200}$/.test(value)) return value;
  }
  return undefined;
}

/** A header that no form of another site can send, and an origin that is ours where the browser tells one. */
function checkSameSite(request: Request): void {
  const origin = request.get('origin');
  const foreign = origin !== undefined && hostOf(origin) !== request.get('host');
  if (request.get('x-labgrader') === undefined || foreign) {
    throw new Refusal('forbidden', 'The request does not come from these pages.', {
      rule: 'access.same-site',
      wayOut: 'Send the header `X-Labgrader: 1` from a page of this very host, or use a bearer token.',
    });
  }
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

function deadToken(): Refusal {
  return new Refusal('unauthenticated', 'The token is unknown, expired or revoked.', {
    rule: 'access.token',
    wayOut: 'Make a new one under “Tokens”.',
  });
}

/** Id of the token by which a request was authenticated; null when it wasn't. */
export function sessionTokenOf(request: Request): string | null {
  return tokenIds.get(request) ?? null;
}
