import { Refusal } from '../core/refusal.ts';
import type { Clock } from './ports/clock.ts';
import type { InstitutionAccount } from './ports/institution.ts';
import type { People, PersonRecord } from './ports/people.ts';
import { blockedRefusal } from './refuse-blocked.ts';

interface Deps {
  readonly people: People;
  readonly clock: Clock;
}

/**
 * Whom an institution's account leads to. An account that was here before is known by its subject alone. A new one is
 * linked by its verified address to who is enrolled under it, or makes a person who is in no course yet; an address that
 * nobody vouches for does neither, because whoever typed it in could become somebody else, now or at their enrolment.
 * @param institution what people call it
 * @throws Refusal
 */
export async function personOfAccount(
  deps: Deps,
  institution: string,
  account: InstitutionAccount,
): Promise<string> {
  const known = await deps.people.byIdentity(account);
  if (known !== null) return allowed(known);
  const { email, emailVerified } = account;
  if (email === null || !emailVerified) {
    throw new Refusal(
      'forbidden',
      `${institution} does not vouch for your e-mail address, so it isn’t known who you are here.`,
      {
        rule: 'institution.email',
        wayOut: `Have the address verified at ${institution}, or use the personal link of your instructor.`,
      },
    );
  }
  const enrolled = await deps.people.byEmail(email);
  const person = enrolled ?? (await deps.people.ensure({ email, name: account.name ?? email }));
  const id = allowed(person);
  const { issuer, subject } = account;
  const audit = {
    actorId: id,
    courseId: null,
    act: 'identity.linked',
    subject: `person:${id}`,
    detail: { issuer, account: subject, email, newPerson: enrolled === null },
  };
  if (await deps.people.linkIdentity(id, { issuer, subject }, audit, deps.clock.now())) return id;
  // Addresses are given to others when somebody leaves; work and grades aren't.
  throw new Refusal(
    'conflict',
    `Another account of ${institution} belongs to whoever has your address here.`,
    {
      rule: 'institution.account',
      wayOut: 'Ask your instructor for a personal link, who can see whether it is you.',
    },
  );
}

function allowed(person: PersonRecord): string {
  if (person.blockedAt === null) return person.id;
  throw blockedRefusal();
}
