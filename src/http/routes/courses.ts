import { type Actor, notFound, requireRole } from '../../app/actor.ts';
import { newSecret, hashOfSecret } from '../../app/secret-token.ts';
import { isAtLeast } from '../../core/role.ts';
import { noteOf } from '../audit-note.ts';
import { isUuid, uuidOf } from '../is-uuid.ts';
import { listCourses } from '../learner-routes.ts';
import { type Route, changing, done, ok, reading, route, toCourse } from '../route.ts';
import { Page } from '../schemas/field-types.ts';
import {
  AuditPage,
  Course,
  CourseChange,
  CreatedInvitation,
  InvitationList,
  NewCourse,
  NewInvitation,
} from '../schemas/course.ts';
import type { Service } from '../service.ts';
import { coursesOf } from '../views/me-view.ts';

export function courseRoutes(service: Service): Route[] {
  return [
    route(listCourses, async (actor) => ({ courses: await coursesOf(service, actor) })),
    route(
      {
        ...changing,
        method: 'post',
        path: '/courses',
        tag: 'Courses',
        summary: 'Make a course',
        access: { to: 'admin', scope: 'admin' },
        body: NewCourse,
        answer: { status: 201, description: 'Made', schema: Course },
      },
      async (actor, { body }) => {
        const audit = noteOf(actor, body.id, 'course.created', `course:${body.id}`, body);
        await service.courses.create(body, audit, service.clock.now());
        return courseView(service, actor, body.id);
      },
    ),
    route(
      {
        ...reading,
        path: '/courses/:course',
        tag: 'Courses',
        summary: 'One course',
        access: toCourse('learner', 'read'),
        answer: ok(Course, 'The course'),
      },
      (actor, { params }) => courseView(service, actor, params('course')),
    ),
    route(
      {
        ...changing,
        method: 'patch',
        path: '/courses/:course',
        tag: 'Courses',
        summary: 'Change title or time zone',
        access: toCourse('instructor', 'teach'),
        body: CourseChange,
        answer: ok(Course, 'The course as it is now'),
      },
      async (actor, { params, body }) => {
        const id = params('course');
        if ((await service.courses.find(id)) === null) throw notFound('course');
        const { title, timeZone } = body;
        const change = { ...(title !== undefined && { title }), ...(timeZone !== undefined && { timeZone }) };
        const audit = noteOf(actor, id, 'course.changed', `course:${id}`, change);
        await service.courses.change(id, change, audit, service.clock.now());
        return courseView(service, actor, id);
      },
    ),
    route(
      {
        ...reading,
        path: '/courses/:course/invitations',
        tag: 'People',
        summary: 'Live invitation links',
        access: toCourse('instructor', 'read'),
        answer: ok(InvitationList, 'Invitations, without their links'),
      },
      async (_actor, { params }) => {
        const invitations = await service.courses.invitations(params('course'), service.clock.now());
        return {
          invitations: invitations.map(({ id, role, expiresAt, maxUses, uses, createdAt }) => ({
            id,
            role,
            maxUses,
            uses,
            expiresAt: expiresAt.toISOString(),
            createdAt: createdAt.toISOString(),
          })),
        };
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: '/courses/:course/invitations',
        tag: 'People',
        summary: 'Make an invitation link; it is shown this once',
        access: toCourse('instructor', 'teach'),
        body: NewInvitation,
        answer: { status: 201, description: 'Made', schema: CreatedInvitation },
      },
      async (actor, { params, body }) => {
        const now = service.clock.now();
        const courseId = params('course');
        const secret = newSecret('invitation');
        const expiresAt = new Date(now.getTime() + body.expiresInDays * 86_400_000);
        const { role, maxUses } = body;
        const audit = noteOf(actor, courseId, 'invitation.created', `course:${courseId}`, { role, maxUses });
        const wish = { courseId, role, maxUses, expiresAt, hash: hashOfSecret(secret) };
        const { id } = await service.courses.invite(wish, audit, now);
        const url = `${service.publicUrl}/join#${secret}`;
        return { id, url, role, expiresAt: expiresAt.toISOString(), maxUses };
      },
    ),
    route(
      {
        ...changing,
        method: 'delete',
        path: '/courses/:course/invitations/:invitation',
        tag: 'People',
        summary: 'Revoke an invitation link',
        access: toCourse('instructor', 'teach'),
        answer: done('Revoked'),
      },
      async (actor, { params }) => {
        const courseId = params('course');
        const id = uuidOf(params('invitation'));
        const audit = noteOf(actor, courseId, 'invitation.revoked', `invitation:${id}`, {});
        if (!(await service.courses.revokeInvitation(courseId, id, audit, service.clock.now()))) {
          throw notFound('invitation');
        }
        return undefined;
      },
    ),
    route(
      {
        ...reading,
        path: '/courses/:course/audit',
        tag: 'Operations',
        summary: 'Who changed a grade or a right, newest first',
        access: toCourse('assistant', 'read'),
        query: Page,
        answer: ok(AuditPage, 'One page'),
      },
      async (_actor, { params, query }) => {
        const before =
          query.before !== undefined && /^\d{1,18}$/.test(query.before) ? query.before : undefined;
        const entries = await service.audit.page(params('course'), query.limit, before);
        return {
          entries: entries.map(({ id, at, actorId, actorName, act, subject, detail }) => ({
            id,
            at: at.toISOString(),
            actor: actorId !== null && isUuid(actorId) ? { id: actorId, name: actorName ?? '' } : null,
            act,
            subject,
            detail: { ...detail },
          })),
          next: entries.length === query.limit ? (entries.at(-1)?.id ?? null) : null,
        };
      },
    ),
  ];
}

async function courseView(service: Service, actor: Actor, id: string) {
  const course = await service.courses.find(id);
  if (course === null) throw notFound('course');
  const role = requireRole(actor, id, 'learner');
  const counts = isAtLeast(role, 'assistant') ? await service.courses.counts(id) : undefined;
  return { ...course, role, ...(counts && { counts }) };
}
