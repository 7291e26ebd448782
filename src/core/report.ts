import { z } from 'zod';
import { CheckResult } from './check-result.ts';
import { PolicyFinding } from './policy-finding.ts';
import { Verdict } from './verdict.ts';

/** Everything that a run says of a submission: what is stored, shown and printed by `grade --json`. */
export const Report = z.object({
  scenario: z.string(),
  /** Digest of the scenario that the run was graded by. */
  scenarioDigest: z.string(),
  verdict: Verdict,
  score: z.number().int().min(0).max(100),
  /** One sentence: the most important thing to know. */
  summary: z.string(),
  checks: z.array(CheckResult),
  /** Why the submission was rejected; empty otherwise. */
  policy: z.array(PolicyFinding),
  /** Advice and remarks that cost no points. */
  notices: z.array(PolicyFinding),
  /** The build's last lines where the build failed. */
  buildLog: z.array(z.string()),
  /** Milliseconds a phase, and `total`. */
  timings: z.record(z.string(), z.number()),
  /** Version of the engine that it ran on. */
  engine: z.string(),
});
export type Report = z.infer<typeof Report>;
