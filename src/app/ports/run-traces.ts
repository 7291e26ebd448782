import type { Phase } from '../../core/run-event.ts';

export interface AcceptedRun {
  readonly runId: string;
  readonly submissionId: string;
  readonly attempt: number;
  readonly scenario: string;
}

/** One trace for each submission, from its acceptance to its verdict, across processes. Never throws. */
export interface RunTraces {
  /** A submission was written that came in at `since`; to be told before the queue is. */
  accepted(run: AcceptedRun, since: Date): Promise<void>;
  /** A worker has the run: the wait is over. */
  claimed(runId: string, worker: string): Promise<RunTrace>;
}

/** What a worker does on a run. */
export interface RunTrace {
  phase(phase: Phase): void;
  /** `error` where it ended in a fault. */
  ended(outcome: string, error?: unknown): void;
}

/** What carries a trace from process to process: it lies with the run. */
export interface TraceLinks {
  keep(runId: string, traceParent: string): Promise<void>;
  of(runId: string): Promise<{ readonly traceParent: string | null; readonly queuedAt: Date } | null>;
}
