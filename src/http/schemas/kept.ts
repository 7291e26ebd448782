import { z } from 'zod';
import { Instant } from './field-types.ts';

/** How long a part of a submission is kept. */
export const Kept = z.object({
  /** At least until then; null without end. */
  until: Instant.nullable(),
  /** That time is over: it goes as soon as it neither counts in a running course nor is being graded again. */
  isOver: z.boolean(),
  removedAt: Instant.nullable(),
});
export type Kept = z.infer<typeof Kept>;

/** For examples. */
export const KEPT: Kept = { until: '2027-05-24T01:10:00.000Z', isOver: false, removedAt: null };
