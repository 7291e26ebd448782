import * as openid from 'openid-client';
import { z } from 'zod';
import { Refusal } from '../../core/refusal.ts';

/** Answers of a provider to a person who didn't sign in there. */
const DECLINED = ['access_denied', 'login_required', 'consent_required', 'interaction_required'];
/** The library's codes for an exchange that told nothing, as opposed to one that told something wrong. */
const NO_ANSWER = [
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
];
const MAX_WORDS = 500;

/** What an answer of the provider, or none, means for who signs in. */
export function answerRefusal(error: unknown, name: string): Refusal {
  if (error instanceof openid.AuthorizationResponseError) {
    return DECLINED.includes(error.error) ? declined(name) : unavailable(name);
  }
  if (error instanceof openid.ResponseBodyError) {
    return error.error === 'invalid_grant' ? notHolding(name) : unavailable(name);
  }
  if (error instanceof z.ZodError) return notHolding(name);
  if (error instanceof openid.ClientError && error.code !== undefined && !NO_ANSWER.includes(error.code)) {
    return notHolding(name);
  }
  return unavailable(name);
}

function declined(name: string): Refusal {
  return new Refusal(
    'unauthenticated',
    `You did not sign in at ${name}, or did not let it tell us who you are.`,
    {
      rule: 'institution.declined',
      wayOut: 'Sign in again and agree, or use the personal link that you were sent.',
    },
  );
}

function notHolding(name: string): Refusal {
  return new Refusal('unauthenticated', `What ${name} answered doesn’t hold, so nobody was signed in.`, {
    rule: 'institution.answer',
    wayOut: 'Sign in again. If it stays so, tell your instructor.',
  });
}

export function unavailable(name: string): Refusal {
  return new Refusal('unavailable', `The sign-in of ${name} does not work at the moment.`, {
    rule: 'institution.unavailable',
    wayOut: 'Try again in some minutes, or use the personal link that you were sent.',
  });
}

/** For our log: the messages of an error and of what caused it; no tokens, which the library keeps beside them. */
export function wordsOf(error: unknown): string {
  const words: string[] = [];
  let at: unknown = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    const code = 'code' in at && typeof at.code === 'string' ? ` (${at.code})` : '';
    const told = 'error' in at && typeof at.error === 'string' ? `: ${at.error}` : '';
    words.push(`${at.message}${code}${told}`);
    at = at.cause;
  }
  return words.join(' ← ').slice(0, MAX_WORDS);
}
