import { z } from 'zod';
import type { CourseRole } from './role.ts';

const LTI = 'https://purl.imsglobal.org/spec/lti/claim/';
const ROSTER = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice';
const SCORES = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
const MEMBERSHIP = 'http://purl.imsglobal.org/vocab/lis/v2/membership';

export const ROSTER_SCOPE = 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly';
export const SCORE_SCOPE = 'https://purl.imsglobal.org/spec/lti-ags/scope/score';

/** What a platform calls something by: nothing that a database or a page would stumble over. */
export const LtiId = z
  .string()
  .max(255)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u);
const Text = z.string().max(1_000);
const Address = z.url({ protocol: /^https?$/ }).max(1_000);

/** What an ID token of a resource link launch holds, by the specification's own names. Anything else is let be. */
const Claims = z.object({
  sub: LtiId,
  name: Text.optional().catch(undefined),
  given_name: Text.optional().catch(undefined),
  family_name: Text.optional().catch(undefined),
  [`${LTI}message_type`]: z.literal('LtiResourceLinkRequest'),
  [`${LTI}version`]: z.literal('1.3.0'),
  [`${LTI}deployment_id`]: LtiId,
  [`${LTI}target_link_uri`]: z.string().min(1).max(2_000),
  [`${LTI}resource_link`]: z.object({ id: LtiId, title: Text.optional().catch(undefined) }),
  [`${LTI}context`]: z.object({
    id: LtiId,
    title: Text.optional().catch(undefined),
    label: Text.optional().catch(undefined),
  }),
  [`${LTI}roles`]: z.array(z.string().max(300)).max(100),
  [`${LTI}custom`]: z
    .looseObject({ assignment: z.string().max(200).optional() })
    .nullish()
    .catch(null),
  [ROSTER]: z.looseObject({ context_memberships_url: Address }).nullish().catch(null),
  [SCORES]: z
    .looseObject({ scope: z.array(z.string()), lineitem: Address.optional() })
    .nullish()
    .catch(null),
});

/** A launch as its platform signed it. */
export interface LtiLaunch {
  /** The person, as the platform names them. */
  readonly subject: string;
  readonly name: string | null;
  readonly deploymentId: string;
  readonly targetLinkUri: string;
  readonly resource: { readonly id: string; readonly title: string };
  readonly context: { readonly id: string; readonly title: string };
  /** Null for who is none of a learner, an assistant and an instructor there. */
  readonly role: CourseRole | null;
  /** The assignment that the link names by itself. */
  readonly assignment: string | null;
  readonly rosterUrl: string | null;
  /** Where scores of the link go to, if the platform takes any. */
  readonly lineItemUrl: string | null;
}

/** Reads the claims of a verified token; a text says which of them isn't as it should be. */
export function readLaunch(claims: unknown): LtiLaunch | string {
  const parsed = Claims.safeParse(claims);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return issue === undefined
      ? 'its claims can’t be read'
      : `the claim \`${issue.path.join('.')}\` is missing or wrong`;
  }
  const data = parsed.data;
  const resource = data[`${LTI}resource_link`];
  const context = data[`${LTI}context`];
  const assignment = data[`${LTI}custom`]?.assignment?.trim() ?? '';
  const scores = data[SCORES];
  return {
    subject: data.sub,
    name: nameOf(data),
    deploymentId: data[`${LTI}deployment_id`],
    targetLinkUri: data[`${LTI}target_link_uri`],
    resource: { id: resource.id, title: shortened(resource.title ?? resource.id) },
    context: { id: context.id, title: shortened(context.title ?? context.label ?? context.id) },
    role: courseRoleOf(data[`${LTI}roles`]),
    // A variable that the platform didn't fill in comes as it was written.
    assignment: assignment === '' || assignment.startsWith('$') ? null : assignment,
    rosterUrl: data[ROSTER]?.context_memberships_url ?? null,
    lineItemUrl: scores?.scope.includes(SCORE_SCOPE) === true ? (scores.lineitem ?? null) : null,
  };
}

/** A person's name as a platform tells it; null where it keeps it to itself. */
export function nameOf(told: {
  readonly name?: string | undefined;
  readonly given_name?: string | undefined;
  readonly family_name?: string | undefined;
}): string | null {
  const whole =
    told.name ?? [told.given_name, told.family_name].filter((part) => part !== undefined).join(' ');
  return shortened(whole) || null;
}

/**
 * The role in the course. Roles in the institution count for nothing: who teaches somewhere may be a learner here. Who
 * is called an instructor because they assist one is an assistant.
 */
export function courseRoleOf(roles: readonly string[]): CourseRole | null {
  const has = (...names: readonly string[]): boolean => names.some((name) => roles.includes(name));
  if (has(`${MEMBERSHIP}/Instructor#TeachingAssistant`, 'TeachingAssistant')) return 'assistant';
  if (has(`${MEMBERSHIP}#Instructor`, `${MEMBERSHIP}#Administrator`, 'Instructor', 'Administrator')) {
    return 'instructor';
  }
  return has(`${MEMBERSHIP}#Learner`, 'Learner') ? 'learner' : null;
}

function shortened(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
