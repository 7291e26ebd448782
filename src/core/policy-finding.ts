import { z } from 'zod';

/** One thing that the policy says of a submission's text, at a place in a file. Lines and columns count from 1. */
export const PolicyFinding = z.object({
  /** Dotted rule name, for example `compose.network_mode.host` or `dockerfile.from.not-allowed`. */
  rule: z.string(),
  file: z.string(),
  line: z.number(),
  column: z.number(),
  /** What stands there, why it isn't taken, and what a learner learns from it. */
  message: z.string(),
});
export type PolicyFinding = z.infer<typeof PolicyFinding>;
