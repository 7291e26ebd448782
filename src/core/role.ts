import { z } from 'zod';

/** What a person may be in a course. */
export const CourseRole = z.enum(['learner', 'assistant', 'instructor']);
export type CourseRole = z.infer<typeof CourseRole>;

/** `admin` is not of a course but of the whole site, and stands above every course role. */
export const Role = z.enum(['learner', 'assistant', 'instructor', 'admin']);
export type Role = z.infer<typeof Role>;

const RANK = { learner: 1, assistant: 2, instructor: 3, admin: 4 } as const satisfies Record<Role, number>;

/** Is `role` at least `least`? */
export function isAtLeast(role: Role, least: Role): boolean {
  return RANK[role] >= RANK[least];
}

/** What a token may be used for, whatever its person may do. */
export const Scope = z.enum(['read', 'submit', 'teach', 'admin']);
export type Scope = z.infer<typeof Scope>;

/** Every scope: what a signed-in page has. */
export const ALL_SCOPES: readonly Scope[] = Scope.options;
