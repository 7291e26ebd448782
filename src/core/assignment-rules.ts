import { z } from 'zod';
import type { LatePolicy } from './late-policy.ts';

export const Counting = z.enum(['best', 'latest']);
export type Counting = z.infer<typeof Counting>;

/** How much of a report a learner sees. `verdict-until-due` opens up to everything once it is due. */
export const Feedback = z.enum(['full', 'messages', 'verdict-until-due']);
export type Feedback = z.infer<typeof Feedback>;

/** The rules of an assignment that decide who may submit when, and what counts. */
export interface AssignmentRules {
  readonly timeZone: string;
  readonly opensAt: Date | null;
  readonly dueAt: Date | null;
  readonly closesAt: Date | null;
  readonly attemptLimit: number | null;
  readonly coolDownSeconds: number;
  readonly latePolicy: LatePolicy;
  readonly counting: Counting;
  readonly feedback: Feedback;
}

/** What one learner was granted beyond the rules. A null date leaves the assignment's own. */
export interface Grant {
  readonly dueAt: Date | null;
  readonly closesAt: Date | null;
  readonly extraAttempts: number;
}

/** The rules as they hold for the learner who has the grant. An extension never takes time away. */
export function rulesWith(rules: AssignmentRules, grant: Grant | null): AssignmentRules {
  if (grant === null) return rules;
  const dueAt = laterOf(rules.dueAt, grant.dueAt);
  const closesAt = laterOf(laterOf(rules.closesAt, grant.closesAt), grant.dueAt);
  const attemptLimit = rules.attemptLimit === null ? null : rules.attemptLimit + grant.extraAttempts;
  return { ...rules, dueAt, closesAt, attemptLimit };
}

export type WindowState = 'upcoming' | 'open' | 'late' | 'closed';

/** Where `now` lies: opening, due and closing instants themselves still belong to `open`, `open` and `late`. */
export function windowState(rules: AssignmentRules, now: Date): WindowState {
  if (rules.opensAt !== null && now < rules.opensAt) return 'upcoming';
  if (rules.closesAt !== null && now > rules.closesAt) return 'closed';
  if (rules.dueAt !== null && now > rules.dueAt) return 'late';
  return 'open';
}

/** A limit that isn't there stays away; a grant can only push an instant back. */
function laterOf(base: Date | null, granted: Date | null): Date | null {
  if (base === null || granted === null) return base;
  return granted > base ? granted : base;
}
