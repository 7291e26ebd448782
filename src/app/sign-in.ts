import { Refusal } from '../core/refusal.ts';
import { ALL_SCOPES, type Role, type Scope } from '../core/role.ts';
import { type Actor, notFound } from './actor.ts';
import type { Clock } from './ports/clock.ts';
import type { Courses } from './ports/courses.ts';
import type { People, TokenRecord } from './ports/people.ts';
import { hashOfSecret, newSecret } from './secret-token.ts';

const DAY_MS = 86_400_000;
const SESSION_DAYS = 14;
const LINK_DAYS = 3;

interface Deps {
  readonly people: People;
  readonly courses: Courses;
  readonly clock: Clock;
}

export interface NewSession {
  readonly personId: string;
  /** The cookie's value; only its hash is stored. */
  readonly secret: string;
  readonly expiresAt: Date;
}

/**
 * Signs in by a one-time link, which is used up, or by an API token with all scopes of its own.
 * @throws Refusal `unauthenticated`
 */
export async function signIn(deps: Deps, secret: string): Promise<NewSession> {
  const now = deps.clock.now();
  const hash = hashOfSecret(secret);
  const personId = await deps.people.useOnce(hash, now);
  if (personId !== null) return openSession(deps, personId, ALL_SCOPES);
  const actor = await deps.people.actorByToken(hash, ['api'], now);
  if (actor !== null) return openSession(deps, actor.personId, actor.scopes);
  throw new Refusal('unauthenticated', 'The link is unknown, used already or expired.', {
    rule: 'access.sign-in',
    wayOut: 'Ask whoever sent it for another one.',
  });
}

export async function openSession(
  deps: Deps,
  personId: string,
  scopes: readonly Scope[],
): Promise<NewSession> {
  const secret = newSecret('session');
  const now = deps.clock.now();
  const expiresAt = new Date(now.getTime() + SESSION_DAYS * DAY_MS);
  const token = {
    hash: hashOfSecret(secret),
    kind: 'session',
    personId,
    label: 'pages',
    scopes,
    expiresAt,
  } as const;
  await deps.people.addToken(token, null, now);
  return { personId, secret, expiresAt };
}

/** Makes an API token; no scope that the actor lacks can be given on. @throws Refusal */
export async function createToken(
  deps: Deps,
  actor: Actor,
  wish: { readonly label: string; readonly scopes: readonly Scope[]; readonly expiresInDays: number },
): Promise<TokenRecord & { readonly secret: string }> {
  const missing = wish.scopes.filter((scope) => !actor.scopes.includes(scope));
  if (missing.length > 0) {
    throw new Refusal('forbidden', `You have no scope ${missing.join(', ')} to give on.`, {
      rule: 'access.scope',
    });
  }
  const now = deps.clock.now();
  const secret = newSecret('api');
  const expiresAt = new Date(now.getTime() + wish.expiresInDays * DAY_MS);
  const { label, scopes } = wish;
  const token = {
    hash: hashOfSecret(secret),
    kind: 'api',
    personId: actor.personId,
    label,
    scopes,
    expiresAt,
  } as const;
  const detail = { label, scopes };
  const subject = `person:${actor.personId}`;
  const audit = { actorId: actor.personId, courseId: null, act: 'token.created', subject, detail };
  return { ...(await deps.people.addToken(token, audit, now)), secret };
}

/**
 * A one-time sign-in link for a member of a course. Not for those who stand as high as who asks: it would lend their
 * rights.
 * @throws Refusal
 */
export async function createSignInLink(
  deps: Deps,
  actor: Actor,
  courseId: string,
  personId: string,
  role: Role,
): Promise<{ readonly secret: string; readonly expiresAt: Date }> {
  const [member, person] = await Promise.all([
    deps.courses.member(courseId, personId),
    deps.people.find(personId),
  ]);
  if (member === null || person === null) throw notFound('person');
  const tooHigh = person.admin || (member.role === 'instructor' && role !== 'admin');
  const elsewhere = await staffElsewhere(deps, courseId, personId);
  if (personId !== actor.personId && role !== 'admin' && (tooHigh || elsewhere)) {
    throw new Refusal('forbidden', 'Links are made for learners and assistants of this course alone.', {
      rule: 'access.sign-in-link',
      wayOut: 'Ask an admin.',
    });
  }
  const detail = { for: personId };
  const audit = {
    actorId: actor.personId,
    courseId,
    act: 'sign-in-link.created',
    subject: `person:${personId}`,
    detail,
  };
  return addSignInLink(deps, personId, audit);
}

/** A one-time sign-in link, for whoever may make one. */
export async function addSignInLink(
  deps: Pick<Deps, 'people' | 'clock'>,
  personId: string,
  audit: Parameters<People['addToken']>[1],
): Promise<{ readonly secret: string; readonly expiresAt: Date }> {
  const secret = newSecret('sign-in');
  const now = deps.clock.now();
  const expiresAt = new Date(now.getTime() + LINK_DAYS * DAY_MS);
  const token = {
    hash: hashOfSecret(secret),
    kind: 'sign-in',
    personId,
    label: 'link',
    scopes: ALL_SCOPES,
    expiresAt,
  } as const;
  await deps.people.addToken(token, audit, now);
  return { secret, expiresAt };
}

/** Staff of another course keep their rights there to themselves. */
async function staffElsewhere(deps: Deps, courseId: string, personId: string): Promise<boolean> {
  for (const course of await deps.courses.all()) {
    if (course.id === courseId) continue;
    const member = await deps.courses.member(course.id, personId);
    if (member !== null && member.role !== 'learner') return true;
  }
  return false;
}
