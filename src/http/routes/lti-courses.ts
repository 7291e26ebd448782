import { notFound } from '../../app/actor.ts';
import { linkPlatformCourse, lookAtTicket, pointLtiLink } from '../../app/link-platform-course.ts';
import { readRoster } from '../../app/read-roster.ts';
import { noteOf } from '../audit-note.ts';
import { uuidOf } from '../is-uuid.ts';
import { type Route, changing, done, ok, reading, route, toCourse, toPerson } from '../route.ts';
import { LtiCourse, LtiPointing, LtiRosterResult, LtiTicket, LtiTicketFacts } from '../schemas/lti.ts';
import type { Service } from '../service.ts';
import { platformView, toolView } from '../views/lti-view.ts';
import { untoldView } from '../views/untold-view.ts';

const LTI = '/courses/:course/lti';
const INSTRUCTOR = toCourse('instructor', 'teach');
/** For all pages of a roster; it is read to its end, whether or not somebody waits for it still. */
const ASKING_MS = 60_000;

/** What of platforms leads to a course: their courses, and the links in them. */
export function ltiCourseRoutes(service: Service): Route[] {
  return [
    route(
      {
        ...reading,
        path: LTI,
        tag: 'LTI',
        summary: 'Platforms of a course, what of them leads here, and what to enter at a platform',
        access: INSTRUCTOR,
        answer: ok(LtiCourse, 'Platforms, their courses, and links'),
      },
      (_actor, { params }) => courseView(service, params('course')),
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: '/lti/ticket',
        tag: 'LTI',
        summary: 'What the ticket of an instructor’s first launch is of',
        access: toPerson('read'),
        body: LtiTicket,
        answer: ok(LtiTicketFacts, 'The platform and its course'),
      },
      async (_actor, { body }) => {
        const { title, platform } = await lookAtTicket(service, body.ticket);
        return { title, platform: platform.name };
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: `${LTI}/contexts`,
        tag: 'LTI',
        summary:
          'Lead a platform’s course here, by the ticket of its instructor’s launch; its roster is read then',
        access: INSTRUCTOR,
        body: LtiTicket,
        answer: { status: 201, description: 'Linked', schema: LtiCourse },
      },
      async (actor, { params, body }) => {
        const courseId = params('course');
        if ((await service.courses.find(courseId)) === null) throw notFound('course');
        await linkPlatformCourse(service, actor, courseId, body.ticket);
        return courseView(service, courseId);
      },
    ),
    route(
      {
        ...changing,
        method: 'delete',
        path: `${LTI}/contexts/:context`,
        tag: 'LTI',
        summary: 'Lead a platform’s course nowhere; people and their work stay',
        access: INSTRUCTOR,
        answer: done('Unlinked'),
      },
      async (actor, { params }) => {
        const id = uuidOf(params('context'));
        const audit = noteOf(actor, params('course'), 'lti.course-unlinked', `lti-course:${id}`, {});
        const found = await service.lti.unlinkContext(id, params('course'), audit, service.clock.now());
        if (!found) throw notFound('link');
        return undefined;
      },
    ),
    route(
      {
        ...changing,
        method: 'post',
        path: `${LTI}/contexts/:context/roster`,
        tag: 'LTI',
        summary: 'Read the roster of a platform’s course now, and enrol who is on it',
        access: INSTRUCTOR,
        answer: ok(LtiRosterResult, 'What came of it'),
      },
      async (actor, { params }) => {
        const context = await service.lti.context(uuidOf(params('context')));
        if (context?.courseId !== params('course')) throw notFound('link');
        return readRoster(service, context, actor.personId, AbortSignal.timeout(ASKING_MS));
      },
    ),
    route(
      {
        ...changing,
        method: 'put',
        path: `${LTI}/links/:link`,
        tag: 'LTI',
        summary: 'Say which assignment a link leads to; scores that there are go to the platform',
        access: INSTRUCTOR,
        body: LtiPointing,
        answer: ok(LtiCourse, 'All links'),
      },
      async (actor, { params, body }) => {
        await pointLtiLink(service, actor, params('course'), uuidOf(params('link')), body.assignment);
        return courseView(service, params('course'));
      },
    ),
  ];
}

async function courseView(service: Service, courseId: string) {
  const [platforms, contexts, links, assignments, untold] = await Promise.all([
    service.lti.platforms(courseId),
    service.lti.contexts(courseId),
    service.lti.links(courseId),
    service.assignments.list(courseId),
    service.lti.untold(courseId, service.clock.now()),
  ]);
  const slugs = new Map(assignments.map((assignment) => [assignment.id, assignment.slug]));
  return {
    tool: toolView(service.publicUrl),
    platforms: platforms.map(platformView),
    contexts: contexts.map(({ id, platform, title, rosterUrl, rosterAt }) => ({
      id,
      platform: platform.name,
      title,
      hasRoster: rosterUrl !== null,
      rosterReadAt: rosterAt?.toISOString() ?? null,
      untold: untoldView(untold.get(id)),
    })),
    links: links.map(({ id, title, context, assignmentId, lineItemUrl }) => ({
      id,
      title,
      context: context.title,
      assignment: assignmentId === null ? null : (slugs.get(assignmentId) ?? null),
      takesScores: lineItemUrl !== null,
    })),
  };
}
