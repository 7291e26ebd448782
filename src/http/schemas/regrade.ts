import { z } from 'zod';
import { CheckStatus } from '../../core/check-result.ts';
import { Verdict } from '../../core/verdict.ts';
import { Instant, ItemRef, PersonRef, Reason, SAMPLE, Uuid } from './field-types.ts';
import { SubmissionStatus, SubmissionSummary } from './submission.ts';
import { withExample } from './with-example.ts';

export const RegradeScope = z.enum(['one', 'all', 'counting', 'failed-check']);

export const NewRegradeSet = withExample(
  z
    .strictObject({
      scope: z.enum(['all', 'counting', 'failed-check']),
      checkId: z.string().max(60).optional(),
      reason: Reason,
    })
    .refine((set) => (set.scope === 'failed-check') === (set.checkId !== undefined), {
      path: ['checkId'],
      error: 'is needed for `failed-check`, and only there',
    }),
  { scope: 'failed-check', checkId: 'answers', reason: 'the check was mended' },
);

const SET = {
  id: SAMPLE.run,
  assignment: SAMPLE.assignment,
  scope: 'failed-check' as const,
  checkId: 'answers',
  reason: 'the check was mended',
  state: 'ready' as const,
  createdBy: SAMPLE.ines,
  createdAt: '2026-11-25T01:10:00.000Z',
  total: 12,
  finished: 12,
  up: 9,
  down: 1,
  same: 2,
  faults: 0,
};

export const RegradeSet = withExample(
  z.object({
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
  }),
  SET,
);
export type RegradeSet = z.infer<typeof RegradeSet>;
export const RegradeSetList = withExample(z.object({ sets: z.array(RegradeSet) }), { sets: [SET] });

const Graded = z.object({ verdict: Verdict, score: z.number() });

/** A check whose outcome is another now: null where the run has no such check. */
const ChangedCheck = z.object({
  id: z.string(),
  title: z.string(),
  before: CheckStatus.nullable(),
  after: CheckStatus.nullable(),
});
export type ChangedCheck = z.infer<typeof ChangedCheck>;

export const RegradePreview = withExample(
  RegradeSet.extend({
    items: z.array(
      z.object({
        submission: SubmissionSummary,
        before: Graded.nullable(),
        after: Graded.nullable(),
        delta: z.number().nullable(),
        changedChecks: z.array(ChangedCheck),
        run: Uuid,
        state: SubmissionStatus,
      }),
    ),
  }),
  {
    ...SET,
    items: [
      {
        submission: {
          id: SAMPLE.submission,
          attempt: 2,
          person: SAMPLE.ada,
          submittedAt: '2026-11-25T01:10:00.000Z',
          late: false,
          status: 'done',
          verdict: 'failed',
          score: 50,
          counts: true,
          digest: SAMPLE.digest,
          source: 'archive',
        },
        before: { verdict: 'failed', score: 50 },
        after: { verdict: 'passed', score: 100 },
        delta: 50,
        changedChecks: [
          { id: 'answers', title: 'It answers from outside', before: 'failed', after: 'passed' },
        ],
        run: SAMPLE.run,
        state: 'done',
      },
    ],
  },
);
export type RegradePreview = z.infer<typeof RegradePreview>;

export const RegradeApply = withExample(z.strictObject({ acknowledgeLowered: z.boolean().default(false) }), {
  acknowledgeLowered: true,
});

/** One submission alone. */
export const RegradeRequest = withExample(z.strictObject({ reason: Reason }), {
  reason: 'the check was mended',
});
export const RegradeAccepted = withExample(z.object({ regradeSet: Uuid, run: Uuid }), {
  regradeSet: SAMPLE.submission,
  run: SAMPLE.run,
});
export type RegradeAccepted = z.infer<typeof RegradeAccepted>;
