import { type Actor, isAdmin, roleIn } from '../../app/actor.ts';
import type { CourseSummary, Me } from '../schemas/session.ts';
import type { Service } from '../service.ts';

export async function meView(service: Pick<Service, 'courses' | 'clock'>, actor: Actor): Promise<Me> {
  return {
    person: { id: actor.personId, name: actor.name, email: actor.email, admin: isAdmin(actor) },
    scopes: [...actor.scopes],
    courses: await coursesOf(service, actor),
    serverTime: service.clock.now().toISOString(),
  };
}

/** The courses that the actor is in; every one for an admin. */
export async function coursesOf(service: Pick<Service, 'courses'>, actor: Actor): Promise<CourseSummary[]> {
  const courses = await service.courses.all();
  return courses.flatMap(({ id, title, timeZone }) => {
    const role = roleIn(actor, id);
    return role === null ? [] : [{ id, title, timeZone, role }];
  });
}
