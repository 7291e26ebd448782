import { type LtiLaunch, readLaunch } from '../core/lti-claims.ts';
import { Refusal } from '../core/refusal.ts';
import { ALL_SCOPES } from '../core/role.ts';
import { checkTarget, unknownDeployment } from './begin-launch.ts';
import { isSameSecret } from './is-same-secret.ts';
import { type LaunchPlace, type PlaceDeps, placeLaunch } from './place-launch.ts';
import type { LtiClient } from './ports/lti-client.ts';
import type { LtiLoginRecord, LtiPlatformRecord } from './ports/lti.ts';
import type { People } from './ports/people.ts';
import { hashOfSecret } from './secret-token.ts';
import { type NewSession, openSession } from './sign-in.ts';

export interface LaunchDeps extends PlaceDeps {
  readonly ltiClient: LtiClient;
  readonly people: People;
  readonly publicUrl: string;
}

export interface LaunchAnswer {
  readonly state: string;
  readonly idToken: string;
  /** What the browser's cookie holds; null without one. */
  readonly browserSecret: string | null;
}

/** A session, and where it leads; none where the platform's course leads to no course of ours yet. */
export type LaunchEnd =
  | { readonly end: 'entered'; readonly session: NewSession; readonly place: LaunchPlace }
  | { readonly end: 'unlinked'; readonly title: string; readonly ticket: string };

/**
 * Ends a launch with the platform's answer: once, in the browser where it began, by a token that was made for it.
 * @throws Refusal that says what is wrong, GraderFault when the platform's keys can't be had
 */
export async function finishLaunch(
  deps: LaunchDeps,
  answer: LaunchAnswer,
  signal: AbortSignal,
): Promise<LaunchEnd> {
  const now = deps.clock.now();
  const login = await deps.lti.takeLogin(hashOfSecret(answer.state), now);
  if (login === null)
    throw notBegun('It was finished before, took more than ten minutes, or never began here.');
  if (answer.browserSecret === null || !isSameSecret(hashOfSecret(answer.browserSecret), login.browserHash)) {
    throw notBegun('It began in another browser, or this one keeps no cookies.');
  }
  const platform = await deps.lti.platform(login.platformId);
  if (platform === null) throw notBegun('The platform isn’t registered any more.');
  const launch = await launchOf(deps, platform, login, answer.idToken, now, signal);
  if (launch.role === null) {
    throw new Refusal('forbidden', 'The platform names no role for you that there is here.', {
      rule: 'lti.role',
      wayOut: 'Learners, teaching assistants and instructors of the course may come in.',
    });
  }
  const placed = await placeLaunch(deps, platform, { ...launch, role: launch.role });
  if (placed.place === 'unlinked')
    return { end: 'unlinked', title: launch.context.title, ticket: placed.ticket };
  return { end: 'entered', session: await openSession(deps, placed.personId, ALL_SCOPES), place: placed };
}

async function launchOf(
  deps: LaunchDeps,
  platform: LtiPlatformRecord,
  login: LtiLoginRecord,
  idToken: string,
  now: Date,
  signal: AbortSignal,
): Promise<LtiLaunch> {
  const { claims, nonce } = await deps.ltiClient.claimsOf(platform, idToken, now, signal);
  if (nonce === null || !isSameSecret(hashOfSecret(nonce), login.nonceHash)) {
    throw new Refusal('unauthenticated', 'The platform’s token was made for another launch (`nonce`).', {
      rule: 'lti.nonce',
      wayOut: AGAIN,
    });
  }
  const launch = readLaunch(claims);
  if (typeof launch === 'string') {
    throw new Refusal('request-invalid', `The launch can’t be read: ${launch}.`, {
      rule: 'lti.claims',
      wayOut: 'The link must be one that launches a tool by LTI 1.3.',
    });
  }
  if (!platform.deploymentIds.includes(launch.deploymentId)) throw unknownDeployment(launch.deploymentId);
  checkTarget(deps.publicUrl, launch.targetLinkUri);
  return launch;
}

const AGAIN = 'Open the link on the platform again.';

function notBegun(why: string): Refusal {
  return new Refusal('unauthenticated', `The launch isn’t known. ${why}`, {
    rule: 'lti.state',
    wayOut: AGAIN,
  });
}
