import type { AssignmentRules } from '../../core/assignment-rules.ts';
import type { FileSet } from '../../core/file-set.ts';
import type { SubmissionStatus, Tries } from '../../core/standing.ts';
import type { Verdict } from '../../core/verdict.ts';

export type SubmissionSource = 'archive' | 'files' | 'git';

export interface SubmissionRecord {
  readonly id: string;
  readonly attempt: number;
  readonly courseId: string;
  readonly courseTitle: string;
  readonly assignmentId: string;
  readonly assignmentSlug: string;
  readonly assignmentTitle: string;
  readonly scenario: string;
  readonly personId: string;
  readonly personName: string;
  readonly digest: string;
  readonly source: SubmissionSource;
  readonly submittedAt: Date;
  readonly status: SubmissionStatus;
  readonly verdict: Verdict | null;
  readonly score: number | null;
  readonly countingRunId: string | null;
  /** When everything but its line was removed. */
  readonly removedAt: Date | null;
  readonly filesRemovedAt: Date | null;
  /** It is the one that the gradebook counts. */
  readonly counts: boolean;
  /** The rules as they hold for its learner. */
  readonly rules: AssignmentRules;
}

export interface NewSubmission {
  readonly assignmentId: string;
  readonly personId: string;
  readonly digest: string;
  readonly source: SubmissionSource;
  readonly idempotencyKey: string | null;
  readonly scenario: string;
  readonly scenarioDigest: string;
  /** A trial by staff: goes first and stands in no gradebook. */
  readonly probe: boolean;
  readonly at: Date;
}

export interface AdmittedSubmission {
  readonly submissionId: string;
  readonly attempt: number;
  readonly runId: string;
  readonly priority: number;
  /** The idempotency key had been seen: nothing was written. */
  readonly repeated: boolean;
  /** The learner's older queued runs that gave way. */
  readonly superseded: readonly { readonly runId: string; readonly submissionId: string }[];
}

/** What `decide` sees, while nobody else can submit for the same learner and assignment. */
export interface AdmissionCase {
  readonly rules: AssignmentRules;
  readonly tries: Tries;
}

export interface SubmissionQuery {
  readonly assignmentId?: string;
  readonly courseId?: string;
  readonly personId?: string;
  readonly limit: number;
  /** Id of the submission that the last page ended with. */
  readonly before?: string;
}

export interface Submissions {
  keepFiles(digest: string, files: FileSet): Promise<void>;
  /** Null once they were removed. */
  files(digest: string): Promise<FileSet | null>;
  /**
   * Writes submission, attempt and queued run in one transaction, once `decide` has not thrown.
   * @throws Refusal `conflict` when the idempotency key was used for other files.
   */
  admit(submission: NewSubmission, decide: (situation: AdmissionCase) => void): Promise<AdmittedSubmission>;
  find(id: string): Promise<SubmissionRecord | null>;
  /**
   * A text for each that is there, which is another once anything has changed of what is stored of it, of its runs, of
   * the attempt before it or of what counts.
   */
  stamps(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Those that are there, in no order. */
  many(ids: readonly string[]): Promise<readonly SubmissionRecord[]>;
  /** Newest first. */
  list(query: SubmissionQuery): Promise<readonly SubmissionRecord[]>;
  /** The same learner's submission before this one at the same assignment. */
  previous(submission: SubmissionRecord): Promise<SubmissionRecord | null>;
}
