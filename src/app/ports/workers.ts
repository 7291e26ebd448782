export interface WorkerRecord {
  readonly id: string;
  readonly host: string;
  readonly state: 'idle' | 'busy' | 'draining' | 'refusing' | 'lost';
  readonly slots: number;
  readonly busy: number;
  readonly startedAt: Date;
  readonly seenAt: Date;
  readonly engine: string | null;
  /** Why it takes no work. */
  readonly note: string | null;
}

export interface WaitingRun {
  readonly runId: string;
  readonly submissionId: string;
  readonly courseId: string;
  readonly assignmentSlug: string;
  readonly assignmentTitle: string;
  readonly personId: string;
  readonly personName: string;
  readonly kind: 'first' | 'regrade' | 'probe';
  readonly queuedAt: Date;
  readonly position: number;
}

export interface FaultedRun extends Omit<WaitingRun, 'position' | 'queuedAt' | 'kind'> {
  readonly message: string;
  readonly at: Date;
  readonly tries: number;
}

export interface QueueCounts {
  readonly queued: number;
  readonly running: number;
  readonly faults: number;
  /** Since when the oldest of those that wait does so; null where none waits. */
  readonly oldestQueuedAt: Date | null;
}

/** The worker processes, as they tell of themselves, and what waits for them. */
export interface Workers {
  /** Says that the worker is there; a row that isn't renewed reads as lost. */
  report(worker: Omit<WorkerRecord, 'seenAt'>, now: Date): Promise<void>;
  leave(id: string): Promise<void>;
  /** Those seen within the last day. */
  list(now: Date): Promise<readonly WorkerRecord[]>;
  counts(): Promise<QueueCounts>;
  /** The first `limit` that wait, of the courses named; null for all courses. */
  waiting(courses: readonly string[] | null, limit: number): Promise<readonly WaitingRun[]>;
  faults(courses: readonly string[] | null, limit: number): Promise<readonly FaultedRun[]>;
}
