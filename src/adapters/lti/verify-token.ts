import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import type { ClaimsOfToken } from '../../app/ports/lti-client.ts';
import type { LtiPlatformRecord } from '../../app/ports/lti.ts';
import { Refusal } from '../../core/refusal.ts';
import type { KeySets } from './key-sets.ts';

const MAX_CHARACTERS = 32 * 1024;
const SKEW_SECONDS = 60;
/** A launch goes through the browser at once; a token that was made earlier was kept by somebody. */
const MAX_AGE_SECONDS = 600;

/** @throws Refusal `unauthenticated`; GraderFault when the platform's keys can't be had */
export async function verifyToken(
  keySets: KeySets,
  platform: LtiPlatformRecord,
  idToken: string,
  now: Date,
  signal: AbortSignal,
): Promise<ClaimsOfToken> {
  if (idToken.length > MAX_CHARACTERS) throw refused(`it has more than ${MAX_CHARACTERS} characters`);
  const keys = await keySets.of(platform, keyIdOf(idToken), now, signal);
  try {
    const { payload } = await jwtVerify(idToken, keys, {
      algorithms: ['RS256'],
      issuer: platform.issuer,
      audience: platform.clientId,
      clockTolerance: SKEW_SECONDS,
      maxTokenAge: MAX_AGE_SECONDS,
      requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
      currentDate: now,
    });
    checkParty(payload, platform.clientId);
    return { nonce: typeof payload['nonce'] === 'string' ? payload['nonce'] : null, claims: payload };
  } catch (error) {
    throw error instanceof Refusal ? error : refused(wordsOf(error));
  }
}

/** The id of the key; algorithms are judged here too, so that no key is asked for a token that can't hold. */
function keyIdOf(idToken: string): string {
  const header = headerOf(idToken);
  if (header === null) throw refused('it is no signed token');
  if (header.alg !== 'RS256') throw refused('it isn’t signed by RS256');
  if (typeof header.kid !== 'string' || header.kid === '') throw refused('it names no key');
  return header.kid;
}

function headerOf(idToken: string) {
  try {
    return decodeProtectedHeader(idToken);
  } catch {
    return null;
  }
}

/** A token for several must say that it was made for us; one that says so of somebody else isn't ours. */
function checkParty(payload: JWTPayload, clientId: string): void {
  const party = payload['azp'];
  const several = Array.isArray(payload.aud) && payload.aud.length > 1;
  if (party === undefined ? several : party !== clientId)
    throw refused('it was made for another party (`azp`)');
}

function wordsOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) {
    return error.claim === 'exp' ? 'it has expired' : 'it was made too long ago';
  }
  if (error instanceof errors.JWTClaimValidationFailed)
    return `its claim \`${error.claim}\` is missing or wrong`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature doesn’t hold';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the platform has no such key';
  return 'it can’t be read';
}

function refused(why: string): Refusal {
  return new Refusal('unauthenticated', `The platform’s token isn’t believed: ${why}.`, {
    rule: 'lti.token',
    wayOut: 'Open the link on the platform again. If it goes on, tell who set the platform up here.',
  });
}
