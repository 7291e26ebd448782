import { createHmac } from 'node:crypto';
import { Refusal } from '../core/refusal.ts';
import { ALL_SCOPES } from '../core/role.ts';
import { isSameSecret } from './is-same-secret.ts';
import { personOfAccount } from './person-of-account.ts';
import type { Clock } from './ports/clock.ts';
import type { Courses } from './ports/courses.ts';
import type { AttemptKeys, Institution, SignInAttempts } from './ports/institution.ts';
import type { People } from './ports/people.ts';
import { hashOfSecret, newSecret } from './secret-token.ts';
import { type NewSession, openSession } from './sign-in.ts';

/** Time to type a password and a second factor. */
const ATTEMPT_MS = 10 * 60_000;
/** The page that the institution sends people back to. */
const RETURN_PAGE = '/sign-in/openid';

interface Deps {
  readonly people: People;
  readonly courses: Courses;
  readonly clock: Clock;
  readonly institution: Institution | null;
  readonly signInAttempts: SignInAttempts;
  readonly publicUrl: string;
}

/**
 * Begins to sign in at the institution.
 * @param returnTo path of these pages to show in the end
 * @returns where to go, and the secret that only this browser may keep until it comes back
 * @throws Refusal
 */
export async function beginInstitutionSignIn(
  deps: Deps,
  returnTo: string,
): Promise<{ readonly url: string; readonly secret: string; readonly expiresAt: Date }> {
  const institution = theInstitution(deps);
  const secret = newSecret('attempt');
  const url = await institution.signInUrl(keysOf(secret), returnUrl(deps));
  const now = deps.clock.now();
  const expiresAt = new Date(now.getTime() + ATTEMPT_MS);
  await deps.signInAttempts.begin({ hash: hashOfSecret(secret), returnTo, expiresAt }, now);
  return { url, secret, expiresAt };
}

/**
 * Ends it with what the browser brought back. Always opens a new session.
 * @param secret what the browser kept; undefined where it kept nothing
 * @throws Refusal
 */
export async function finishInstitutionSignIn(
  deps: Deps,
  secret: string | undefined,
  answer: URLSearchParams,
): Promise<{ readonly session: NewSession; readonly returnTo: string }> {
  const institution = theInstitution(deps);
  if (secret === undefined) throw begunElsewhere();
  const keys = keysOf(secret);
  // Before anything is used up: a forged answer must not end the sign-in that is under way.
  if (!isSameSecret(answer.get('state') ?? '', keys.state)) throw begunElsewhere();
  const attempt = await deps.signInAttempts.take(hashOfSecret(secret), deps.clock.now());
  if (attempt === null) {
    throw new Refusal('unauthenticated', 'This sign-in was finished already, or took too long.', {
      rule: 'institution.once',
      wayOut: 'Sign in again; it takes no password while you are still signed in there.',
    });
  }
  const account = await institution.accountOf(answer, keys, returnUrl(deps));
  const personId = await personOfAccount(deps, institution.name, account);
  return { session: await openSession(deps, personId, ALL_SCOPES), returnTo: attempt.returnTo };
}

/** All three out of the browser's one secret: nothing that is worth stealing has to be stored here. */
function keysOf(secret: string): AttemptKeys {
  const derived = (what: string): string => createHmac('sha256', secret).update(what).digest('base64url');
  return { state: derived('state'), nonce: derived('nonce'), verifier: derived('verifier') };
}

function returnUrl(deps: Deps): string {
  return `${deps.publicUrl}${RETURN_PAGE}`;
}

function theInstitution(deps: Deps): Institution {
  if (deps.institution !== null) return deps.institution;
  throw new Refusal('not-found', 'No sign-in by an institution is set up here.', {
    wayOut: 'Use the personal link that you were sent.',
  });
}

function begunElsewhere(): Refusal {
  return new Refusal(
    'unauthenticated',
    'This sign-in was not begun in this browser, or another one was begun since.',
    {
      rule: 'institution.state',
      wayOut: 'Sign in again, in one window.',
    },
  );
}
