import type { FileSet } from '../core/file-set.ts';
import type { RunEvent } from '../core/run-event.ts';
import type { Scenario } from '../core/scenario-bundle.ts';

/** What `grade` needs to know of a run. */
export interface GradeJob {
  readonly runId: string;
  readonly scenario: Scenario;
  /** The submission as taken in, protected folders not yet restored. */
  readonly files: FileSet;
}

/** Hears what a run tells while it goes on. Must not throw and must not wait. */
export type RunListener = (event: RunEvent) => void;
