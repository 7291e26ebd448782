import type { Actor } from '../../app/actor.ts';
import { notFound } from '../../app/actor.ts';
import { Refusal } from '../../core/refusal.ts';
import { uuidOf } from '../is-uuid.ts';
import { type Route, changing, done, route } from '../route.ts';
import { Block } from '../schemas/institution.ts';
import type { Service } from '../service.ts';

/** Who isn't let in any more, by no link, token, session or institution. Work and grades stay. */
export function blockRoutes(service: Service): Route[] {
  const common = {
    ...changing,
    path: '/people/:person/block',
    tag: 'People',
    access: { to: 'admin', scope: 'admin' },
  } as const;

  async function set(actor: Actor, person: string, blocked: boolean, detail: Record<string, unknown>) {
    const personId = uuidOf(person);
    if (personId === actor.personId) {
      throw new Refusal('conflict', 'Nobody blocks themselves.', {
        rule: 'access.blocked',
        wayOut: 'Ask another admin.',
      });
    }
    const act = blocked ? 'person.blocked' : 'person.unblocked';
    const audit = { actorId: actor.personId, courseId: null, act, subject: `person:${personId}`, detail };
    if (!(await service.people.setBlocked(personId, blocked, audit, service.clock.now()))) {
      throw notFound('person');
    }
    return undefined;
  }

  return [
    route(
      {
        ...common,
        method: 'put',
        summary: 'Let a person in nowhere any more; their work and grades stay',
        body: Block,
        answer: done('Blocked: sessions, tokens and links of theirs hold no longer'),
      },
      (actor, { params, body }) => set(actor, params('person'), true, { reason: body.reason }),
    ),
    route(
      {
        ...common,
        method: 'delete',
        summary: 'Let a blocked person in again',
        answer: done('Let in again'),
      },
      (actor, { params }) => set(actor, params('person'), false, {}),
    ),
  ];
}
