import { identityIssuer } from '../core/lti-issuer.ts';
import type { LtiLaunch } from '../core/lti-claims.ts';
import { Refusal } from '../core/refusal.ts';
import type { CourseRole } from '../core/role.ts';
import type { Assignments } from './ports/assignments.ts';
import type { Clock } from './ports/clock.ts';
import type { Courses } from './ports/courses.ts';
import type { Lti, LtiContextRecord, LtiLinkRecord, LtiPlatformRecord } from './ports/lti.ts';
import { blockedRefusal } from './refuse-blocked.ts';
import { hashOfSecret, newSecret } from './secret-token.ts';

export interface PlaceDeps {
  readonly lti: Lti;
  readonly courses: Courses;
  readonly assignments: Assignments;
  readonly clock: Clock;
}

export interface LaunchPlace {
  readonly place: 'course';
  readonly personId: string;
  readonly courseId: string;
  /** Where the link leads to; null where nobody has said yet. */
  readonly assignment: string | null;
}

type Launch = LtiLaunch & { readonly role: CourseRole };
type Placed = LaunchPlace | { readonly place: 'unlinked'; readonly ticket: string };

const TICKET_MS = 24 * 3_600_000;

/** Finds or makes what a launch is of: course, link, person and enrolment. @throws Refusal */
export async function placeLaunch(
  deps: PlaceDeps,
  platform: LtiPlatformRecord,
  launch: Launch,
): Promise<Placed> {
  const now = deps.clock.now();
  const { deploymentId, rosterUrl } = launch;
  const seen = { deploymentId, rosterUrl, contextId: launch.context.id, title: launch.context.title };
  const context = await deps.lti.seeContext(seen, platform.id, now);
  const courseId = context.courseId ?? (await ownCourse(deps, context, launch));
  if (courseId === null) return unlinked(deps, context, launch);
  const link = await linkOf(deps, context, courseId, launch);
  const name = launch.name ?? `Member of ${platform.name}`;
  const account = { issuer: identityIssuer(platform), subject: launch.subject };
  const person = await deps.lti.ensurePerson(account, name, now);
  if (person.blockedAt !== null) throw blockedRefusal();
  const member = { subject: launch.subject, name, role: launch.role };
  const audit = { actorId: person.id, act: 'lti.launched', detail: { from: platform.name } };
  await deps.lti.enrolMembers(courseId, account.issuer, [member], audit, now);
  const assignment = link.assignmentId === null ? null : await deps.assignments.byId(link.assignmentId);
  // Who has a score already and comes by a link that takes scores: it may never have been told.
  if (assignment !== null && link.lineItemUrl !== null) await deps.lti.askToTell(link.id, person.id, now);
  return {
    place: 'course',
    personId: person.id,
    courseId,
    assignment: assignment?.slug ?? null,
  };
}

/**
 * A platform that was registered for one course leads to it, by the first of its own courses that an instructor comes
 * from. Every other of its courses has to be linked by somebody who may.
 */
async function ownCourse(deps: PlaceDeps, context: LtiContextRecord, launch: Launch): Promise<string | null> {
  const { courseId, id } = context.platform;
  if (courseId === null || launch.role !== 'instructor' || (await deps.lti.linkedContexts(id)) > 0)
    return null;
  const detail = { platform: context.platform.name, title: context.title };
  const audit = {
    actorId: null,
    courseId,
    act: 'lti.course-linked',
    subject: `lti-course:${context.id}`,
    detail,
  };
  await deps.lti.linkContext(context.id, courseId, audit, deps.clock.now());
  return courseId;
}

async function unlinked(deps: PlaceDeps, context: LtiContextRecord, launch: Launch): Promise<Placed> {
  if (launch.role !== 'instructor') {
    throw new Refusal('conflict', `“${context.title}” isn’t linked to a course here yet.`, {
      rule: 'lti.course',
      wayOut: 'An instructor has to open the link first, and say which course it is.',
    });
  }
  const ticket = newSecret('lti');
  const until = new Date(deps.clock.now().getTime() + TICKET_MS);
  await deps.lti.setTicket(context.id, hashOfSecret(ticket), until);
  return { place: 'unlinked', ticket };
}

/** The link, leading to the assignment that the platform names for it, if it names one. */
async function linkOf(
  deps: PlaceDeps,
  context: LtiContextRecord,
  courseId: string,
  launch: Launch,
): Promise<LtiLinkRecord> {
  const now = deps.clock.now();
  const { resource, lineItemUrl } = launch;
  const seen = { resourceId: resource.id, title: resource.title, lineItemUrl };
  const link = await deps.lti.seeLink(seen, context.id, now);
  if (launch.assignment === null) return link;
  const assignment = await deps.assignments.find(courseId, launch.assignment);
  if (assignment === null) {
    throw new Refusal(
      'conflict',
      `The course has no assignment \`${launch.assignment}\`, which the link names.`,
      {
        rule: 'lti.assignment',
        wayOut: 'Whoever set the link up has to correct its custom parameter `assignment`.',
      },
    );
  }
  if (link.assignmentId === assignment.id) return link;
  const detail = { title: link.title, assignment: assignment.slug };
  const audit = { actorId: null, courseId, act: 'lti.link-pointed', subject: `lti-link:${link.id}`, detail };
  await deps.lti.pointLink(link.id, assignment.id, audit, now);
  return { ...link, assignmentId: assignment.id };
}
