import { randomUUID } from 'node:crypto';
import { Refusal } from '../core/refusal.ts';
import { type Actor, isAdmin, notFound } from './actor.ts';
import { ensureLtiKey, type LtiKeyDeps } from './lti-keys.ts';
import type { LtiPlatformRecord } from './ports/lti.ts';

/**
 * Registers a platform: for one course, or for every course where `courseId` is null, which is for admins to say.
 * @throws Refusal when an address may not be gone to, the platform is registered already, or nothing can be kept secret
 */
export async function registerPlatform(
  deps: LtiKeyDeps,
  actor: Actor,
  wish: Omit<LtiPlatformRecord, 'id' | 'createdAt'>,
): Promise<LtiPlatformRecord> {
  // The browser goes to the third address, and not we.
  for (const url of [wish.tokenUrl, wish.jwksUrl]) await deps.ltiClient.checkAddress(url);
  await ensureLtiKey(deps, actor);
  const now = deps.clock.now();
  const platform = { ...wish, id: randomUUID(), createdAt: now };
  const { courseId, name, issuer, clientId } = wish;
  const audit = {
    actorId: actor.personId,
    courseId,
    act: 'lti.platform-registered',
    subject: `lti-platform:${platform.id}`,
    detail: { name, issuer, clientId },
  };
  await deps.lti.addPlatform(platform, audit, now);
  return platform;
}

/** What of a platform may change. Issuer and client id are what it is known by: other ones are another platform. */
export type PlatformChange = Pick<
  LtiPlatformRecord,
  'name' | 'deploymentIds' | 'authUrl' | 'tokenUrl' | 'jwksUrl'
>;

/**
 * Changes a platform of a course, or one of every course where `courseId` is null; links and people stay with it.
 * @throws Refusal when there is none, an address may not be gone to, or other keys are named by somebody who isn't an admin
 */
export async function changePlatform(
  deps: LtiKeyDeps,
  actor: Actor,
  id: string,
  courseId: string | null,
  change: PlatformChange,
): Promise<LtiPlatformRecord> {
  const known = await deps.lti.platform(id);
  if (known?.courseId !== courseId) throw notFound('platform');
  if (change.jwksUrl !== known.jwksUrl && !isAdmin(actor)) throw othersKeys();
  for (const url of [change.tokenUrl, change.jwksUrl]) await deps.ltiClient.checkAddress(url);
  const platform = { ...known, ...change };
  const audit = {
    actorId: actor.personId,
    courseId,
    act: 'lti.platform-changed',
    subject: `lti-platform:${id}`,
    detail: { ...change, deploymentIds: [...change.deploymentIds] },
  };
  await deps.lti.changePlatform(platform, audit, deps.clock.now());
  return platform;
}

/** Whoever holds the keys can come in as any of the platform's people, and those may be in other courses too. */
function othersKeys(): Refusal {
  const message =
    'Where a platform’s keys are read decides who is believed to be whom, and the people who came from it may be in other courses too. So that address is changed by admins alone.';
  return new Refusal('forbidden', message, {
    rule: 'lti.keys-address',
    wayOut: 'Ask an admin to change it, or register the platform anew: its people then come in as new ones.',
  });
}
