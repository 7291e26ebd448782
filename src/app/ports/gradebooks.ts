import type { StandingStatus } from '../../core/standing.ts';
import type { Verdict } from '../../core/verdict.ts';

export type GradebookFlags = '' | 'o' | 'e' | 'oe';

export interface GradebookCellRecord {
  readonly personId: string;
  readonly assignmentId: string;
  readonly score: number | null;
  readonly status: StandingStatus;
  readonly attemptsUsed: number;
  readonly latePercent: number;
  readonly flags: GradebookFlags;
  readonly countingSubmission: string | null;
  /** Closing instant as it holds for the learner. */
  readonly closesAt: Date | null;
}

export interface LearnerRecord {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly externalId: string | null;
}

/** What a statistic counts; numbers only, nobody's name. */
export interface AssignmentFigures {
  readonly learners: number;
  readonly scores: readonly number[];
  readonly passed: number;
  readonly attemptsToPass: readonly { readonly attempts: number; readonly count: number }[];
  readonly checks: readonly {
    readonly id: string;
    readonly title: string;
    readonly failed: number;
    readonly decided: number;
  }[];
  readonly verdicts: readonly { readonly verdict: Verdict; readonly count: number }[];
  readonly medianMsToFirstPass: number | null;
}

export interface Gradebooks {
  /** Learners by name. */
  learners(courseId: string): Promise<readonly LearnerRecord[]>;
  cells(courseId: string, personId?: string): Promise<readonly GradebookCellRecord[]>;
  figures(assignmentId: string): Promise<AssignmentFigures>;
}
