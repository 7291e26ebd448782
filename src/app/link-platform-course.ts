import { Refusal } from '../core/refusal.ts';
import { type Actor, notFound } from './actor.ts';
import type { Assignments } from './ports/assignments.ts';
import type { Clock } from './ports/clock.ts';
import type { LtiContextRecord, LtiCourses } from './ports/lti.ts';
import { hashOfSecret } from './secret-token.ts';

interface Deps {
  readonly lti: LtiCourses;
  readonly clock: Clock;
}

/** The platform's course that an instructor's launch gave a ticket for. @throws Refusal `not-found` */
export async function lookAtTicket(deps: Deps, ticket: string): Promise<LtiContextRecord> {
  const context = await deps.lti.byTicket(hashOfSecret(ticket), deps.clock.now());
  if (context === null) {
    throw new Refusal('not-found', 'The link is unknown, used already, or more than a day old.', {
      rule: 'lti.ticket',
      wayOut: 'Open the link on the platform again, as an instructor.',
    });
  }
  return context;
}

/**
 * Leads a platform's course to one of ours: by the ticket that its instructor got, and the word of ours who asks.
 * @throws Refusal
 */
export async function linkPlatformCourse(
  deps: Deps,
  actor: Actor,
  courseId: string,
  ticket: string,
): Promise<void> {
  const context = await lookAtTicket(deps, ticket);
  const { platform } = context;
  if (platform.courseId !== null && platform.courseId !== courseId) {
    throw new Refusal('forbidden', `${platform.name} was registered for another course alone.`, {
      rule: 'lti.platform',
      wayOut: 'An admin can register it for every course.',
    });
  }
  const detail = { platform: platform.name, title: context.title };
  const subject = `lti-course:${context.id}`;
  const audit = { actorId: actor.personId, courseId, act: 'lti.course-linked', subject, detail };
  await deps.lti.linkContext(context.id, courseId, audit, deps.clock.now());
}

/** Leads a link to an assignment of the course, or to none. @throws Refusal */
export async function pointLtiLink(
  deps: Deps & { readonly assignments: Assignments },
  actor: Actor,
  courseId: string,
  linkId: string,
  slug: string | null,
): Promise<void> {
  const link = await deps.lti.link(linkId);
  if (link?.context.courseId !== courseId) throw notFound('link');
  const assignment = slug === null ? null : await deps.assignments.find(courseId, slug);
  if (slug !== null && assignment === null) throw notFound('assignment');
  const detail = { title: link.title, assignment: slug };
  const audit = {
    actorId: actor.personId,
    courseId,
    act: 'lti.link-pointed',
    subject: `lti-link:${linkId}`,
    detail,
  };
  await deps.lti.pointLink(linkId, assignment?.id ?? null, audit, deps.clock.now());
}
