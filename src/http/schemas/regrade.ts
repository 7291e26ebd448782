import { z } from 'zod';
import { Verdict } from '../../core/verdict.ts';
import { Instant, ItemRef, PersonRef, Reason, Uuid } from './field-types.ts';
import { SubmissionStatus, SubmissionSummary } from './submission.ts';

export const RegradeScope = z.enum(['one', 'all', 'counting', 'failed-check']);

export const NewRegradeSet = z
  .strictObject({
    scope: z.enum(['all', 'counting', 'failed-check']),
    checkId: z.string().max(60).optional(),
    reason: Reason,
  })
  .refine((set) => (set.scope === 'failed-check') === (set.checkId !== undefined), {
    path: ['checkId'],
    error: 'is needed for `failed-check`, and only there',
  });

export const RegradeSet = z.object({
  id: Uuid,
  assignment: ItemRef,
  scope: RegradeScope,
  checkId: z.string().nullable(),
  reason: z.string(),
  state: z.enum(['running', 'ready', 'applied', 'dropped']),
  createdBy: PersonRef,
  createdAt: Instant,
  total: z.number().int(),
  finished: z.number().int(),
  up: z.number().int(),
  down: z.number().int(),
  same: z.number().int(),
  faults: z.number().int(),
});
export type RegradeSet = z.infer<typeof RegradeSet>;
export const RegradeSetList = z.object({ sets: z.array(RegradeSet) });

const Graded = z.object({ verdict: Verdict, score: z.number() });

export const RegradePreview = RegradeSet.extend({
  items: z.array(
    z.object({
      submission: SubmissionSummary,
      before: Graded.nullable(),
      after: Graded.nullable(),
      delta: z.number().nullable(),
      /** The checks whose outcome changed. */
      why: z.string(),
      run: Uuid,
      state: SubmissionStatus,
    }),
  ),
});
export type RegradePreview = z.infer<typeof RegradePreview>;

export const RegradeApply = z.strictObject({ acknowledgeLowered: z.boolean().default(false) });
