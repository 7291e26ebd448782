import { z } from 'zod';
import { Evidence } from './evidence.ts';

export const CheckStatus = z.enum(['passed', 'failed', 'skipped', 'inconclusive']);
export type CheckStatus = z.infer<typeof CheckStatus>;

/**
 * Nothing but time decided against a submission, so a machine with too much to do may have. `late`: what had to come or
 * to end took longer than it may. `not-yet`: nothing had come when the time was over, which another check may explain.
 */
const ByTime = z.enum(['late', 'not-yet']);
type ByTime = z.infer<typeof ByTime>;

/** What a check kind found out, before points and hints are put to it. */
export interface CheckOutcome<Finding extends string = string> {
  readonly status: CheckStatus;
  /** A stable word for what went wrong (`loopback-only`, `exited`, …): selects the hint. Absent when passed. */
  readonly finding?: Finding;
  readonly byTime?: ByTime;
  readonly observed: string;
  readonly expected: string;
  /** Why it matters: the lesson behind the check, in terms of what was observed. */
  readonly explanation: string;
  readonly evidence: readonly Evidence[];
}

/** One check of a verdict, as stored and as printed by `grade --json`. */
export const CheckResult = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  status: CheckStatus,
  points: z.number(),
  maxPoints: z.number(),
  /** A required check that isn't passed keeps the verdict from `passed`, whatever the score. */
  required: z.boolean(),
  finding: z.string().optional(),
  byTime: ByTime.optional(),
  observed: z.string(),
  expected: z.string(),
  explanation: z.string(),
  hint: z.string(),
  evidence: z.array(Evidence),
  durationMs: z.number(),
  /** How often it was tried until it could be decided; absent where once was enough. */
  tries: z.number().int().optional(),
});
export type CheckResult = z.infer<typeof CheckResult>;

/** Score 0–100, rounded down so that only full points make 100. */
export function scoreOf(results: readonly CheckResult[]): number {
  const max = results.reduce((sum, result) => sum + result.maxPoints, 0);
  const got = results.reduce((sum, result) => sum + result.points, 0);
  // Multiplied first: 58 / 100 * 100 is a little less than 58.
  return max === 0 ? 0 : Math.floor((got * 100) / max);
}
