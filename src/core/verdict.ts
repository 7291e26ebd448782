import { z } from 'zod';
import type { CheckResult } from './check-result.ts';

/** What a run says of a submission. */
export const Verdict = z.enum([
  'passed',
  'failed',
  'build-failed',
  'run-failed',
  'time-limit',
  'memory-limit',
  'rejected',
]);
export type Verdict = z.infer<typeof Verdict>;

/** How far a run came, and why it came no further. The one input of the verdict beside the check results. */
export type Execution =
  | { readonly stage: 'policy' }
  | { readonly stage: 'build'; readonly cause: 'failed' | 'time-limit' | 'memory-limit' | 'disk-limit' }
  /** The container was refused by the engine, ended before anything could be asked of it, or filled the disk. */
  | { readonly stage: 'run'; readonly cause: 'crashed' | 'memory-limit' | 'disk-limit' }
  /** The whole run's deadline passed with checks undecided. */
  | { readonly stage: 'deadline' }
  | { readonly stage: 'checks'; readonly outOfMemory: boolean };

/**
 * The verdict of a run. `passMark` is the score (0–100) from which a submission passes.
 * A memory kill is only named where points were lost: an app that recovers from one may still pass.
 */
export function verdictOf(
  execution: Execution,
  results: readonly CheckResult[],
  score: number,
  passMark: number,
): Verdict {
  switch (execution.stage) {
    case 'policy':
      return 'rejected';
    case 'build':
      return execution.cause === 'failed' || execution.cause === 'disk-limit'
        ? 'build-failed'
        : execution.cause;
    case 'run':
      return execution.cause === 'memory-limit' ? 'memory-limit' : 'run-failed';
    case 'deadline':
      return 'time-limit';
    case 'checks':
      if (score >= passMark && !results.some((result) => result.status !== 'passed' && result.required))
        return 'passed';
      return execution.outOfMemory ? 'memory-limit' : 'failed';
  }
}
