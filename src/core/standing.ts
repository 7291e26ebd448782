import type { AssignmentRules } from './assignment-rules.ts';
import { lateByMs, latePercent, lateScore } from './late-policy.ts';
import type { Verdict } from './verdict.ts';

export type SubmissionStatus = 'queued' | 'running' | 'done' | 'cancelled' | 'superseded' | 'fault';

/** Nothing more happens to it by itself. */
export function isOver(status: SubmissionStatus): boolean {
  return status === 'done' || status === 'cancelled' || status === 'superseded';
}

/** What standings and admission need to know of a submission. */
export interface Try {
  readonly id: string;
  readonly attempt: number;
  readonly submittedAt: Date;
  readonly status: SubmissionStatus;
  readonly verdict: Verdict | null;
  readonly score: number | null;
}

/** What decides about a learner's standing and next attempt at one assignment, however many attempts there were. */
export interface Tries {
  /** How many there were, whatever became of them: the number of the last. */
  readonly attempts: number;
  /** Id of the last, whatever became of it. */
  readonly latest: string | null;
  /** How many used up an attempt. */
  readonly used: number;
  /** Of those, how many have been taken to be graded: what still waits gives its place to a newer one. */
  readonly spent: number;
  /** How many had used up an attempt with the first that passed; 0 where none did. */
  readonly usedToPass: number;
  /**
   * Those by which it is decided, none of them cancelled or superseded: the newest, the newest that was graded or spent,
   * the first that passed, and of each score the earliest.
   */
  readonly decisive: readonly Try[];
}

export type StandingStatus = 'none' | 'queued' | 'running' | 'passed' | 'not-passed' | 'fault';

/** What counts for one learner at one assignment. */
export interface Standing {
  readonly status: StandingStatus;
  /** After the late rule and the override, 0–100. Null where nothing counts yet. */
  readonly score: number | null;
  readonly rawScore: number | null;
  readonly attemptsUsed: number;
  /** Of the counting submission. */
  readonly lateByMs: number;
  readonly latePercent: number;
  readonly countingSubmission: string | null;
  readonly latestSubmission: string | null;
  readonly firstPassAt: Date | null;
  readonly firstPassAttempts: number | null;
}

/** Does the submission use up an attempt? What the policy rejected, or nobody graded, doesn't. */
export function usesAttempt(attempt: Pick<Try, 'status' | 'verdict'>): boolean {
  switch (attempt.status) {
    case 'queued':
    case 'running':
      return true;
    case 'done':
      return attempt.verdict !== 'rejected';
    case 'cancelled':
    case 'superseded':
    case 'fault':
      return false;
  }
}

/** The standing by the rules as they hold for the learner. */
export function standingOf(rules: AssignmentRules, tries: Tries, override: number | null): Standing {
  const inOrder = tries.decisive.toSorted((a, b) => a.attempt - b.attempt);
  const counting = countingTry(rules, inOrder);
  const percentOff = counting
    ? latePercent(rules.latePolicy, rules.dueAt, counting.submittedAt, rules.timeZone)
    : 0;
  const rawScore = counting?.score ?? null;
  const firstPass = inOrder.find((item) => item.status === 'done' && item.verdict === 'passed');
  return {
    status: statusOf(inOrder, counting),
    score: override ?? (rawScore === null ? null : lateScore(rawScore, percentOff)),
    rawScore,
    attemptsUsed: tries.used,
    lateByMs: counting ? lateByMs(rules.dueAt, counting.submittedAt) : 0,
    latePercent: percentOff,
    countingSubmission: counting?.id ?? null,
    latestSubmission: tries.latest,
    firstPassAt: firstPass?.submittedAt ?? null,
    firstPassAttempts: firstPass ? tries.usedToPass : null,
  };
}

function countingTry(rules: AssignmentRules, inOrder: readonly Try[]): Try | undefined {
  const graded = inOrder.filter((item) => item.status === 'done' && item.verdict !== 'rejected');
  if (rules.counting === 'latest') return graded.at(-1);
  const worth = (item: Try): number =>
    lateScore(item.score ?? 0, latePercent(rules.latePolicy, rules.dueAt, item.submittedAt, rules.timeZone));
  // The earliest among equals: it is the least late.
  let best: Try | undefined;
  for (const item of graded) if (best === undefined || worth(item) > worth(best)) best = item;
  return best;
}

function statusOf(inOrder: readonly Try[], counting: Try | undefined): StandingStatus {
  const latest = inOrder.at(-1);
  if (latest?.status === 'running' || latest?.status === 'queued' || latest?.status === 'fault')
    return latest.status;
  if (counting !== undefined) return counting.verdict === 'passed' ? 'passed' : 'not-passed';
  return latest === undefined ? 'none' : 'not-passed';
}
