import type { RunEvent } from '../../core/run-event.ts';
import type { RunChange } from './runs.ts';

export interface FeedEntry {
  /** Grows with each entry of a run. */
  readonly id: string;
  readonly event: RunEvent;
}

/** What goes on, for those who watch. Lossy by design: the stored state is the truth. */
export interface RunFeed {
  /** Never throws and never waits. */
  tell(runId: string, event: RunEvent): void;
  /** Waits until what was told is out, at most a second. */
  flush(): Promise<void>;
  /** What was told of a run so far, after `after`; empty when it can't be known. */
  history(runId: string, after?: string): Promise<readonly FeedEntry[]>;
  /** Calls back for everything told from now on. Ends with `signal`. */
  follow(runId: string, listener: (entry: FeedEntry) => void, signal: AbortSignal): Promise<void>;
  /** A stored state has changed. Never throws and never waits. */
  announce(change: RunChange): void;
  onChange(listener: (change: RunChange) => void, signal: AbortSignal): void;
}
