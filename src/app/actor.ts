import { Refusal } from '../core/refusal.ts';
import { type CourseRole, type Role, type Scope, isAtLeast } from '../core/role.ts';

/** Who asks, and what for: a person by one of their tokens. */
export interface Actor {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly admin: boolean;
  /** Of the token that was shown. */
  readonly scopes: readonly Scope[];
  readonly roles: ReadonlyMap<string, CourseRole>;
}

/** The actor's role in a course; null for those who aren't in it. An admin's token must carry the scope to be one. */
export function roleIn(actor: Actor, courseId: string): Role | null {
  if (isAdmin(actor)) return 'admin';
  return actor.roles.get(courseId) ?? null;
}

export function isAdmin(actor: Actor): boolean {
  return actor.admin && actor.scopes.includes('admin');
}

export function isStaff(actor: Actor, courseId: string): boolean {
  const role = roleIn(actor, courseId);
  return role !== null && isAtLeast(role, 'assistant');
}

/** Courses that the actor is staff of; null stands for all of them. */
export function staffCourses(actor: Actor): readonly string[] | null {
  if (isAdmin(actor)) return null;
  return [...actor.roles].filter(([, role]) => isAtLeast(role, 'assistant')).map(([course]) => course);
}

/** @throws Refusal `not-found` to outsiders, who learn nothing of the course, `forbidden` to those below `least`. */
export function requireRole(actor: Actor, courseId: string, least: Role): Role {
  const role = roleIn(actor, courseId);
  if (role === null) throw notFound('course');
  if (!isAtLeast(role, least)) {
    throw new Refusal('forbidden', `That is for a course's ${least}s; you are its ${role}.`, {
      rule: 'access.role',
    });
  }
  return role;
}

/** @throws Refusal */
export function requireScope(actor: Actor, scope: Scope): void {
  if (actor.scopes.includes(scope)) return;
  throw new Refusal(
    'forbidden',
    `The token lacks the scope \`${scope}\`; it has: ${actor.scopes.join(', ')}.`,
    {
      rule: 'access.scope',
      wayOut: 'Make a token with that scope.',
    },
  );
}

/** The same words whether it isn't there or isn't theirs. */
export function notFound(what: string): Refusal {
  return new Refusal('not-found', `There is no such ${what}, or you may not see it.`);
}
