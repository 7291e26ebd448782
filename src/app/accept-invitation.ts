import { Refusal } from '../core/refusal.ts';
import { ALL_SCOPES } from '../core/role.ts';
import type { Actor } from './actor.ts';
import type { Clock } from './ports/clock.ts';
import type { Courses, InvitationRecord } from './ports/courses.ts';
import type { People } from './ports/people.ts';
import { hashOfSecret } from './secret-token.ts';
import { type NewSession, openSession } from './sign-in.ts';

interface Deps {
  readonly people: People;
  readonly courses: Courses;
  readonly clock: Clock;
}

/** @throws Refusal `not-found` when it is unknown, expired, revoked or used up */
export async function lookAtInvitation(deps: Deps, secret: string): Promise<InvitationRecord> {
  const invitation = await deps.courses.invitation(hashOfSecret(secret), deps.clock.now());
  if (invitation === null) throw gone();
  return invitation;
}

/**
 * Enrols who is signed in, or else a new person by name and address. An address that somebody has already must sign
 * in: whoever holds an invitation could otherwise become anybody.
 * @returns a session for a new person, null for who had one
 */
export async function acceptInvitation(
  deps: Deps,
  actor: Actor | null,
  secret: string,
  claim: { readonly name: string | undefined; readonly email: string | undefined },
): Promise<NewSession | null> {
  await lookAtInvitation(deps, secret);
  const personId = actor?.personId ?? (await newPerson(deps, claim));
  const accepted = await deps.courses.acceptInvitation(hashOfSecret(secret), personId, deps.clock.now());
  if (!accepted) throw gone();
  return actor === null ? openSession(deps, personId, ALL_SCOPES) : null;
}

async function newPerson(
  deps: Deps,
  claim: { name: string | undefined; email: string | undefined },
): Promise<string> {
  const { name, email } = claim;
  if (name === undefined || email === undefined) {
    throw new Refusal('request-invalid', 'Name and address are needed from who is not signed in.', {
      rule: 'invitation.person',
    });
  }
  const person = await deps.people.add({ name, email });
  if (person === null) {
    throw new Refusal('conflict', 'Somebody with this address is known already.', {
      rule: 'invitation.email',
      wayOut: 'Sign in first, by your own link, and open the invitation again.',
    });
  }
  return person.id;
}

function gone(): Refusal {
  return new Refusal('not-found', 'The invitation is unknown, expired, revoked or used up.', {
    rule: 'invitation.gone',
    wayOut: 'Ask your instructor for another one.',
  });
}
