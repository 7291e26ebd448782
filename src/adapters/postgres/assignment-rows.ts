import { z } from 'zod';
import { type AssignmentRules, Counting, Feedback } from '../../core/assignment-rules.ts';
import { LatePolicy } from '../../core/late-policy.ts';
import type { SubmissionStatus, Try } from '../../core/standing.ts';
import { Verdict } from '../../core/verdict.ts';
import type { Assignment, Submission } from '../../generated/prisma/client.ts';

const Status = z.enum(['queued', 'running', 'done', 'cancelled', 'superseded', 'fault']);

/** The rules that a row holds, parsed: the database knows them as text and JSON. */
export function rulesOf(row: Assignment, timeZone: string): AssignmentRules {
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

export function statusOf(text: string): SubmissionStatus {
  return Status.parse(text);
}

export function verdictOfRow(text: string | null): Verdict | null {
  return text === null ? null : Verdict.parse(text);
}

export function tryOf(
  row: Pick<Submission, 'id' | 'attempt' | 'submittedAt' | 'status' | 'verdict' | 'score'>,
): Try {
  return {
    id: row.id,
    attempt: row.attempt,
    submittedAt: row.submittedAt,
    status: statusOf(row.status),
    verdict: verdictOfRow(row.verdict),
    score: row.score,
  };
}
