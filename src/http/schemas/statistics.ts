import { z } from 'zod';
import { Verdict } from '../../core/verdict.ts';
import { withExample } from './with-example.ts';

export const Statistics = withExample(
  z.object({
    learners: z.number().int(),
    submitted: z.number().int(),
    passed: z.number().int(),
    passRate: z.number(),
    /** Ten bins of ten points; the last holds 100 too. */
    distribution: z.array(z.object({ from: z.number(), to: z.number(), count: z.number().int() })),
    attemptsToPass: z.array(z.object({ attempts: z.number().int(), count: z.number().int() })),
    checks: z.array(
      z.object({ id: z.string(), title: z.string(), failed: z.number().int(), decided: z.number().int() }),
    ),
    verdicts: z.array(z.object({ verdict: Verdict, count: z.number().int() })),
    /** From the opening, or else from the learner's first submission. */
    medianMsToFirstPass: z.number().nullable(),
  }),
  {
    learners: 84,
    submitted: 61,
    passed: 48,
    passRate: 0.571,
    distribution: [
      { from: 0, to: 10, count: 6 },
      { from: 90, to: 100, count: 48 },
    ],
    attemptsToPass: [
      { attempts: 1, count: 19 },
      { attempts: 2, count: 29 },
    ],
    checks: [{ id: 'answers', title: 'localhost:8000 leads to the service', failed: 71, decided: 140 }],
    verdicts: [
      { verdict: 'passed', count: 48 },
      { verdict: 'failed', count: 92 },
    ],
    medianMsToFirstPass: 5_400_000,
  },
);
export type Statistics = z.infer<typeof Statistics>;
