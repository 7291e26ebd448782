import { Refusal } from '../core/refusal.ts';
import type { People } from './ports/people.ts';

/** What a blocked person is told, whichever way they come. */
export function blockedRefusal(): Refusal {
  return new Refusal('forbidden', 'You are blocked here.', {
    rule: 'access.blocked',
    wayOut: 'Ask whoever runs this service.',
  });
}

/** For work that comes in without its person being there: a block holds for it as for a sign-in. @throws Refusal */
export async function refuseBlocked(people: Pick<People, 'find'>, personId: string): Promise<void> {
  const person = await people.find(personId);
  if (person !== null && person.blockedAt !== null) throw blockedRefusal();
}
