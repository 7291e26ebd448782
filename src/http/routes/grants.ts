import { notFound } from '../../app/actor.ts';
import type { Assignments, ExtensionRecord, OverrideRecord } from '../../app/ports/assignments.ts';
import { noteOf } from '../audit-note.ts';
import { uuidOf } from '../is-uuid.ts';
import { type Route, changing, done, ok, reading, route, toCourse } from '../route.ts';
import {
  Extension,
  ExtensionList,
  NewExtension,
  NewOverride,
  Override,
  OverrideList,
} from '../schemas/assignment.ts';
import type { Service } from '../service.ts';
import { dateOf, extensionView, overrideView } from '../views/assignment-view.ts';
import { seeAssignment } from './assignments.ts';

const ASSIGNMENT = '/courses/:course/assignments/:assignment';

/** Extensions and overrides: what one learner is granted beyond the rules. */
export function grantRoutes(service: Service): Route[] {
  const { assignments } = service;

  async function learner(courseId: string, personId: string): Promise<string> {
    const member = await service.courses.member(courseId, uuidOf(personId));
    if (member === null) throw notFound('person');
    return member.id;
  }

  function withdrawal(kind: 'extension' | 'override', withdraw: Assignments['withdrawExtension']): Route {
    return route(
      {
        ...changing,
        method: 'delete',
        path: `${ASSIGNMENT}/${kind}s/:person`,
        tag: 'Grants',
        summary: `Withdraw an ${kind}`,
        access: toCourse('instructor', 'teach'),
        answer: done('Withdrawn'),
      },
      async (actor, { params }) => {
        const record = await seeAssignment(service, actor, params('course'), params('assignment'));
        const personId = uuidOf(params('person'));
        const subject = `assignment:${record.slug}/person:${personId}`;
        const audit = noteOf(actor, record.courseId, `${kind}.withdrawn`, subject, {});
        if (!(await withdraw(record.id, personId, audit, service.clock.now()))) throw notFound(kind);
        return undefined;
      },
    );
  }

  return [
    route(
      {
        ...reading,
        path: `${ASSIGNMENT}/extensions`,
        tag: 'Grants',
        summary: 'Extensions of an assignment',
        access: toCourse('assistant', 'read'),
        answer: ok(ExtensionList, 'Extensions'),
      },
      async (actor, { params }) => {
        const record = await seeAssignment(service, actor, params('course'), params('assignment'));
        const extensions = await assignments.extensions(record.id);
        return {
          extensions: extensions.map((item) => ({ ...extensionView(item), person: grantedTo(item) })),
        };
      },
    ),
    route(
      {
        ...changing,
        method: 'put',
        path: `${ASSIGNMENT}/extensions/:person`,
        tag: 'Grants',
        summary: 'Give one learner more time or attempts; never takes any away',
        access: toCourse('instructor', 'teach'),
        body: NewExtension,
        answer: ok(Extension, 'Granted'),
      },
      async (actor, { params, body }) => {
        const record = await seeAssignment(service, actor, params('course'), params('assignment'));
        const personId = await learner(record.courseId, params('person'));
        const now = service.clock.now();
        const grant = { ...body, dueAt: dateOf(body.dueAt), closesAt: dateOf(body.closesAt) };
        const subject = `assignment:${record.slug}/person:${personId}`;
        const audit = noteOf(actor, record.courseId, 'extension.granted', subject, body);
        await assignments.extend(record.id, personId, grant, audit, now);
        return extensionView({
          ...grant,
          personId,
          personName: '',
          byId: actor.personId,
          byName: actor.name,
          at: now,
        });
      },
    ),
    withdrawal('extension', (...grant) => assignments.withdrawExtension(...grant)),
    route(
      {
        ...reading,
        path: `${ASSIGNMENT}/overrides`,
        tag: 'Grants',
        summary: 'Overrides of an assignment',
        access: toCourse('assistant', 'read'),
        answer: ok(OverrideList, 'Overrides'),
      },
      async (actor, { params }) => {
        const record = await seeAssignment(service, actor, params('course'), params('assignment'));
        const overrides = await assignments.overrides(record.id);
        return { overrides: overrides.map((item) => ({ ...overrideView(item), person: grantedTo(item) })) };
      },
    ),
    route(
      {
        ...changing,
        method: 'put',
        path: `${ASSIGNMENT}/overrides/:person`,
        tag: 'Grants',
        summary: 'Set a learner’s score by hand, with a reason',
        access: toCourse('instructor', 'teach'),
        body: NewOverride,
        answer: ok(Override, 'Set'),
      },
      async (actor, { params, body }) => {
        const record = await seeAssignment(service, actor, params('course'), params('assignment'));
        const personId = await learner(record.courseId, params('person'));
        const now = service.clock.now();
        const subject = `assignment:${record.slug}/person:${personId}`;
        const audit = noteOf(actor, record.courseId, 'override.set', subject, body);
        await assignments.override(record.id, personId, body, audit, now);
        return { ...body, by: { id: actor.personId, name: actor.name }, at: now.toISOString() };
      },
    ),
    withdrawal('override', (...grant) => assignments.withdrawOverride(...grant)),
  ];
}

function grantedTo({ personId, personName }: ExtensionRecord | OverrideRecord) {
  return { id: personId, name: personName };
}
