import type { Report } from '../../core/report.ts';
import type { SubmissionStatus } from '../../core/standing.ts';
import type { Verdict } from '../../core/verdict.ts';

export type RunKind = 'first' | 'regrade' | 'probe';

export interface RunRecord {
  readonly id: string;
  readonly submissionId: string;
  readonly kind: RunKind;
  readonly state: SubmissionStatus;
  readonly scenario: string;
  readonly scenarioDigest: string;
  readonly verdict: Verdict | null;
  readonly score: number | null;
  readonly queuedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly worker: string | null;
  readonly engine: string | null;
  readonly faults: number;
  readonly faultMessage: string | null;
  readonly regradeSetId: string | null;
  /** When evidence and build log were taken out of the report. */
  readonly strippedAt: Date | null;
}

/** A run that a worker holds until its lease ends. */
export interface ClaimedRun {
  readonly runId: string;
  readonly submissionId: string;
  readonly scenario: string;
  readonly digest: string;
  /** Fencing token: whoever holds an older one writes nothing. */
  readonly fence: number;
}

export interface BellRun {
  readonly runId: string;
  readonly priority: number;
  readonly faults: number;
}

/** Whom a changed run concerns, for those who watch. */
export interface RunChange {
  readonly runId: string;
  readonly submissionId: string;
  readonly assignmentId: string;
  readonly courseId: string;
  readonly personId: string;
}

/** How a run waits, and by what to tell for how long. */
export interface RunWait {
  /** Place among the waiting, from 1; null when too many wait to count them. */
  readonly position: number | null;
  /** As many as were counted: the place is no nearer. */
  readonly atLeast: number;
  readonly faults: number;
  /** Mean of the last runs; null before there were any. */
  readonly meanSeconds: number | null;
  /** Runs that all workers together take at once, of those that take any now. */
  readonly slots: number;
}

export type FaultOutcome =
  | { readonly outcome: 'again' | 'given-up'; readonly change: RunChange; readonly run: BellRun }
  | { readonly outcome: 'lost' };

export interface Runs {
  find(id: string): Promise<RunRecord | null>;
  ofSubmission(submissionId: string): Promise<readonly RunRecord[]>;
  report(runId: string): Promise<Report | null>;
  /** Null when it isn't there to be claimed: over, superseded, cancelled, or held by another. */
  claim(
    runId: string,
    worker: string,
    now: Date,
    leaseMs: number,
  ): Promise<{ claim: ClaimedRun; change: RunChange } | null>;
  /** False once the claim is lost. */
  renew(claim: ClaimedRun, now: Date, leaseMs: number): Promise<boolean>;
  /** Writes the result once, with all that follows from it. Null when the claim is lost. */
  record(claim: ClaimedRun, report: Report, now: Date): Promise<RunChange | null>;
  /** A fault of the grader: queued again, or given up after `limit` of them. */
  fault(claim: ClaimedRun, message: string, now: Date, limit: number): Promise<FaultOutcome>;
  /** Puts a run back untouched: the worker is going away. */
  handBack(claim: ClaimedRun): Promise<RunChange | null>;
  /** Null when it is over already. */
  cancel(submissionId: string, now: Date): Promise<RunChange | null>;
  /** Queues a given-up run once more. Null when it isn't a given-up one. */
  retry(runId: string, now: Date): Promise<{ change: RunChange; run: BellRun } | null>;
  /** Takes runs from workers whose lease has ended. */
  takeOverExpired(now: Date, limit: number): Promise<readonly FaultOutcome[]>;
  /** Queued runs that the queue was not told of since `before`. */
  unrung(before: Date, limit: number): Promise<readonly BellRun[]>;
  /** When the queue was told of it; null takes that back. */
  markRung(runId: string, at: Date | null): Promise<void>;
  /** How it waits; null when it doesn't. Those who ask at the same time are told by one statement. */
  wait(runId: string, now: Date): Promise<RunWait | null>;
  /** The same of many; those that don't wait are missing. */
  waits(runIds: readonly string[], now: Date): Promise<ReadonlyMap<string, RunWait>>;
  /** Mean seconds of the last runs; null before there were any. */
  meanSeconds(): Promise<number | null>;
}
