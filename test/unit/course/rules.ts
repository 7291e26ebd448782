import type { AssignmentRules } from '../../../src/core/assignment-rules.ts';
import type { Try } from '../../../src/core/standing.ts';

export const DUE = new Date('2026-03-20T22:00:00.000Z');

/** Rules without any limit, but for what a test says. */
export function rules(changes: Partial<AssignmentRules> = {}): AssignmentRules {
  return {
    timeZone: 'Europe/Zurich',
    opensAt: null,
    dueAt: DUE,
    closesAt: null,
    attemptLimit: null,
    coolDownSeconds: 0,
    latePolicy: { kind: 'none' },
    counting: 'best',
    feedback: 'full',
    ...changes,
  };
}

/** A graded attempt, on time, unless a test says otherwise. */
export function attempt(number: number, changes: Partial<Try> = {}): Try {
  return {
    id: `s${number}`,
    attempt: number,
    submittedAt: new Date(DUE.getTime() - 3_600_000 + number * 1000),
    status: 'done',
    verdict: 'failed',
    score: 50,
    ...changes,
  };
}

export function after(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms);
}
