import type { CheckResult } from '../../core/check-result.ts';
import type { SubmissionStatus } from '../../core/standing.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { AuditNote } from './audit.ts';
import type { BellRun, RunChange } from './runs.ts';

export type RegradeScope = 'one' | 'all' | 'counting' | 'failed-check';

/** How many of a regrade's runs there are, how many are over, and what came of these. */
export interface RegradeFigures {
  readonly total: number;
  readonly finished: number;
  readonly up: number;
  readonly down: number;
  readonly same: number;
  readonly faults: number;
}

export interface RegradeSetRecord extends RegradeFigures {
  readonly id: string;
  readonly courseId: string;
  readonly assignmentId: string;
  readonly assignmentSlug: string;
  readonly assignmentTitle: string;
  readonly scope: RegradeScope;
  readonly checkId: string | null;
  readonly reason: string;
  readonly state: 'open' | 'applied' | 'dropped';
  readonly createdById: string;
  readonly createdByName: string;
  readonly createdAt: Date;
}

export interface Graded {
  readonly verdict: Verdict;
  readonly score: number;
}

export type RegradedCheck = Pick<CheckResult, 'title' | 'status'>;

export interface RegradeItem {
  readonly submissionId: string;
  readonly runId: string;
  readonly state: SubmissionStatus;
  readonly before: Graded | null;
  readonly after: Graded | null;
  /** By the checks' ids, of either run. */
  readonly checksBefore: ReadonlyMap<string, RegradedCheck>;
  readonly checksAfter: ReadonlyMap<string, RegradedCheck>;
}

export interface NewRegradeSet {
  readonly courseId: string;
  readonly assignmentId: string;
  readonly scope: RegradeScope;
  readonly checkId: string | null;
  /** For the scope `one`. */
  readonly submissionId?: string;
  readonly reason: string;
  readonly selfApplying: boolean;
  readonly scenario: string;
  readonly scenarioDigest: string;
}

export interface Regrades {
  /**
   * Writes the set and a queued run for each submission in its scope.
   * @throws Refusal `conflict` when the scope holds nothing.
   */
  create(
    set: NewRegradeSet,
    audit: AuditNote & { actorId: string },
    now: Date,
  ): Promise<{ readonly id: string; readonly runs: readonly BellRun[] }>;
  list(courseId: string): Promise<readonly RegradeSetRecord[]>;
  find(id: string): Promise<RegradeSetRecord | null>;
  items(id: string): Promise<readonly RegradeItem[]>;
  /** Makes the finished runs of an open set count, all at once. False when it isn't open any more. */
  apply(id: string, audit: AuditNote, now: Date): Promise<{ readonly changes: readonly RunChange[] } | null>;
  /** Forgets an open set; its runs that wait are cancelled. */
  drop(id: string, audit: AuditNote, now: Date): Promise<boolean>;
}
