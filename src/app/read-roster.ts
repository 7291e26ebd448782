import { courseRoleOf } from '../core/lti-claims.ts';
import { identityIssuer } from '../core/lti-issuer.ts';
import { Refusal } from '../core/refusal.ts';
import { type LtiKeyDeps, signingKey } from './lti-keys.ts';
import type { Lti, LtiContextRecord, LtiMember } from './ports/lti.ts';

export interface RosterDeps extends LtiKeyDeps {
  readonly lti: Lti;
}

export interface RosterResult {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** No member any more, or of a role that there isn't here. */
  readonly skipped: number;
}

/**
 * Enrols the members of a platform's course. Who isn't on its roster stays: their work is here.
 * @throws Refusal where there is no roster to read, GraderFault when the platform doesn't give it
 */
export async function readRoster(
  deps: RosterDeps,
  context: LtiContextRecord,
  actorId: string | null,
  signal: AbortSignal,
): Promise<RosterResult> {
  const { courseId, platform, rosterUrl } = context;
  if (courseId === null || rosterUrl === null) {
    throw new Refusal('conflict', 'The platform told of no roster that may be read.', {
      rule: 'lti.roster',
      wayOut:
        'Switch on Names and Role Provisioning Services on the platform, and open a link of the course once.',
    });
  }
  const key = await signingKey(deps);
  const told = await deps.ltiClient.roster(platform, key, rosterUrl, signal);
  const members = new Map<string, LtiMember>();
  for (const { subject, active, name, roles } of told) {
    const role = courseRoleOf(roles);
    if (!active || role === null) continue;
    members.set(subject, { subject, role, name: name ?? `Member of ${platform.name}` });
  }
  const now = deps.clock.now();
  const audit = { actorId, act: 'lti.roster-read', detail: { from: platform.name } };
  const wanted = [...members.values()];
  const result = await deps.lti.enrolMembers(courseId, identityIssuer(platform), wanted, audit, now);
  await deps.lti.noteRoster(context.id, now);
  const unchanged = wanted.length - result.added - result.changed;
  return { ...result, unchanged, skipped: told.length - wanted.length };
}
