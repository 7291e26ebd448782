import { z } from 'zod';
import { type AssignmentRules, Counting, Feedback } from '../../core/assignment-rules.ts';
import { LatePolicy } from '../../core/late-policy.ts';
import type { Assignment } from '../../generated/prisma/client.ts';

/** What a submission's row may say of it. */
export const SubmissionStatus = z.enum(['queued', 'running', 'done', 'cancelled', 'superseded', 'fault']);

/** What of an assignment's row makes its rules. */
export type RulesRow = Pick<
  Assignment,
  'opensAt' | 'dueAt' | 'closesAt' | 'attemptLimit' | 'coolDownSeconds' | 'counting' | 'feedback'
> & { readonly latePolicy: unknown };

/** The rules that a row holds, parsed: the database knows them as text and JSON. */
export function rulesOf(row: RulesRow, timeZone: string): AssignmentRules {
  return {
    timeZone,
    opensAt: row.opensAt,
    dueAt: row.dueAt,
    closesAt: row.closesAt,
    attemptLimit: row.attemptLimit,
    coolDownSeconds: row.coolDownSeconds,
    latePolicy: LatePolicy.parse(row.latePolicy),
    counting: Counting.parse(row.counting),
    feedback: Feedback.parse(row.feedback),
  };
}
