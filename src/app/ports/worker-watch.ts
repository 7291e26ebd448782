import type { Report } from '../../core/report.ts';

/** What an engine keeps on disk. */
export interface EngineDisk {
  readonly imagesBytes: number;
  readonly buildCacheBytes: number;
  readonly containersBytes: number;
  readonly volumesBytes: number;
}

/** What a worker is at just now. */
export interface WorkerNow {
  readonly slots: number;
  readonly busy: number;
  /** Why it takes no runs, or null. */
  readonly refusing: string | null;
  readonly engineUp: boolean;
  /** As the engine said last; null before that. */
  readonly disk: EngineDisk | null;
}

/** Something that is counted when it happens in a worker. */
export type Occasion =
  | { readonly kind: 'graded'; readonly report: Report; readonly durationMs: number }
  | { readonly kind: 'not-graded'; readonly outcome: 'lost' | 'handed-back' | 'fault' }
  | { readonly kind: 'fault'; readonly scenario: string; readonly check: string | undefined }
  | { readonly kind: 'canary'; readonly passed: boolean };

/** How to look at the engine from outside of runs. */
export interface EngineWatch {
  /** Whether it answers, within ten seconds. */
  isUp(): Promise<boolean>;
  /** @throws GraderFault when the engine refuses or is gone. */
  disk(): Promise<EngineDisk>;
}
