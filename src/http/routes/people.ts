import { z } from 'zod';
import { type Actor, notFound, requireRole } from '../../app/actor.ts';
import { importPeople } from '../../app/import-people.ts';
import type { MemberRecord } from '../../app/ports/people.ts';
import { createSignInLink } from '../../app/sign-in.ts';
import { Refusal } from '../../core/refusal.ts';
import { noteOf } from '../audit-note.ts';
import { uuidOf } from '../is-uuid.ts';
import { readPeopleTable } from '../people-table.ts';
import { readText } from '../read-text.ts';
import { type Route, changing, done, ok, reading, route, toCourse } from '../route.ts';
import { Member } from '../schemas/field-types.ts';
import { ImportOutcome, MemberChange, NewMember, PeopleList, SignInLink } from '../schemas/course.ts';
import type { Service } from '../service.ts';

const TABLE_BYTES = 1024 * 1024;

export function peopleRoutes(service: Service): Route[] {
  return [
    route(
      {
        ...reading,
        path: '/courses/:course/people',
        tag: 'People',
        summary: 'Everybody in the course',
        access: toCourse('assistant', 'read'),
        answer: ok(PeopleList, 'People by name'),
      },
      async (_actor, { params }) => ({
        people: (await service.courses.members(params('course'))).map(memberView),
      }),
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: '/courses/:course/people',
        tag: 'People',
        summary: 'Enrol a person',
        access: toCourse('instructor', 'teach'),
        body: NewMember,
        answer: { status: 201, description: 'Enrolled', schema: Member },
      },
      async (actor, { params, body }) => {
        const courseId = params('course');
        const { name, email, role, externalId } = body;
        const known = await service.people.byEmail(email);
        if (known !== null && (await service.courses.member(courseId, known.id)) !== null) {
          throw new Refusal('conflict', `${email} is in the course already.`, { rule: 'people.enrolled' });
        }
        const audit = noteOf(actor, courseId, 'person.enrolled', `email:${email}`, { role });
        const member = { name, email, role, ...(externalId !== undefined && { externalId }) };
        await service.courses.enrol(courseId, [member], audit, service.clock.now());
        const person = await service.people.byEmail(email);
        return memberView(await memberOf(service, courseId, person?.id ?? ''));
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: '/courses/:course/people/import',
        tag: 'People',
        summary: 'Enrol a table of people, all or none: CSV with the header name,email[,externalId][,role]',
        access: toCourse('instructor', 'teach'),
        query: z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') }),
        rawBodyTypes: ['text/csv'],
        rawExamples: {
          'text/csv': 'name,email,externalId,role\nAda Lovelace,ada@example.edu,20-915-347,learner\n',
        },
        answer: ok(ImportOutcome, 'What was done, or with dryRun what would be'),
      },
      async (actor, { params, query, request }) => {
        const table = readPeopleTable(await readText(request, 'text/csv', TABLE_BYTES));
        const dryRun = query.dryRun === 'true';
        const result = await importPeople(
          service,
          actor,
          params('course'),
          table.rows,
          table.problems,
          dryRun,
        );
        return { dryRun, ...result, problems: [...result.problems] };
      },
    ),
    route(
      {
        ...changing,
        method: 'patch',
        path: '/courses/:course/people/:person',
        tag: 'People',
        summary: 'Change role or external id',
        access: toCourse('instructor', 'teach'),
        body: MemberChange,
        answer: ok(Member, 'The person as they are now'),
      },
      async (actor, { params, body }) => {
        const courseId = params('course');
        const member = await memberOf(service, courseId, uuidOf(params('person')));
        if (body.role !== undefined && body.role !== member.role)
          await keepAnInstructor(service, actor, courseId, member);
        const { role, externalId } = body;
        const change = {
          ...(role !== undefined && { role }),
          ...(externalId !== undefined && { externalId }),
        };
        const audit = noteOf(actor, courseId, 'person.changed', `person:${member.id}`, {
          before: member.role,
          ...change,
        });
        await service.courses.changeMember(courseId, member.id, change, audit, service.clock.now());
        return memberView(await memberOf(service, courseId, member.id));
      },
    ),
    route(
      {
        ...changing,
        method: 'delete',
        path: '/courses/:course/people/:person',
        tag: 'People',
        summary: 'Take a person out of the course; what they submitted stays',
        access: toCourse('instructor', 'teach'),
        answer: done('Taken out'),
      },
      async (actor, { params }) => {
        const courseId = params('course');
        const member = await memberOf(service, courseId, uuidOf(params('person')));
        await keepAnInstructor(service, actor, courseId, member);
        const audit = noteOf(actor, courseId, 'person.removed', `person:${member.id}`, { role: member.role });
        await service.courses.removeMember(courseId, member.id, audit, service.clock.now());
        return undefined;
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: '/courses/:course/people/:person/sign-in-link',
        tag: 'People',
        summary: 'Make a one-time sign-in link for a learner or an assistant',
        access: toCourse('instructor', 'teach'),
        answer: { status: 201, description: 'Made', schema: SignInLink },
      },
      async (actor, { params }) => {
        const courseId = params('course');
        const role = requireRole(actor, courseId, 'instructor');
        const link = await createSignInLink(service, actor, courseId, uuidOf(params('person')), role);
        return {
          url: `${service.publicUrl}/sign-in#${link.secret}`,
          expiresAt: link.expiresAt.toISOString(),
        };
      },
    ),
  ];
}

export function memberView(member: MemberRecord): Member {
  return {
    ...member,
    enrolledAt: member.enrolledAt.toISOString(),
    blockedAt: member.blockedAt?.toISOString() ?? null,
  };
}

async function memberOf(service: Service, courseId: string, personId: string): Promise<MemberRecord> {
  const member = await service.courses.member(courseId, personId);
  if (member === null) throw notFound('person');
  return member;
}

/** Nobody takes their own last rights by mistake: that is for an admin. */
async function keepAnInstructor(
  service: Service,
  actor: Actor,
  courseId: string,
  member: MemberRecord,
): Promise<void> {
  if (member.role !== 'instructor' || requireRole(actor, courseId, 'instructor') === 'admin') return;
  const members = await service.courses.members(courseId);
  if (members.filter((item) => item.role === 'instructor').length > 1) return;
  throw new Refusal('conflict', 'They are the course’s only instructor.', {
    rule: 'people.last-instructor',
    wayOut: 'Make somebody else an instructor first.',
  });
}
