import { z } from 'zod';
import { addCalendarDays } from './zoned-time.ts';

const graceMinutes = z.number().int().min(0).max(10_080).default(0);
const percent = z.number().min(0).max(100);

/** What a late submission loses: per cent taken off its score. */
export const LatePolicy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.literal('percent-per-day'),
    percent,
    graceMinutes,
    /** Never more than this is taken. */
    maxPercent: percent.default(100),
  }),
  z.strictObject({
    kind: z.literal('steps'),
    graceMinutes,
    /** The step with the largest `afterHours` that has passed decides. */
    steps: z
      .array(z.strictObject({ afterHours: z.number().min(0).max(8760), percent }))
      .min(1)
      .max(20),
  }),
]);
export type LatePolicy = z.infer<typeof LatePolicy>;

/** How late, in ms: 0 up to and at the due instant. */
export function lateByMs(dueAt: Date | null, submittedAt: Date): number {
  return dueAt === null ? 0 : Math.max(0, submittedAt.getTime() - dueAt.getTime());
}

/**
 * Per cent that the policy takes off. Within the grace nothing is; past it lateness counts from the due instant.
 * A day is a calendar day of the course's time zone, begun counts as whole.
 */
export function latePercent(
  policy: LatePolicy,
  dueAt: Date | null,
  submittedAt: Date,
  timeZone: string,
): number {
  const lateness = lateByMs(dueAt, submittedAt);
  if (dueAt === null || lateness === 0 || policy.kind === 'none') return 0;
  if (lateness <= policy.graceMinutes * 60_000) return 0;
  switch (policy.kind) {
    case 'percent-per-day':
      return Math.min(policy.maxPercent, policy.percent * daysBegun(dueAt, submittedAt, timeZone));
    case 'steps': {
      const passed = policy.steps.filter((step) => lateness > step.afterHours * 3_600_000);
      const furthest = Math.max(...passed.map((step) => step.afterHours));
      return Math.max(
        0,
        ...passed.filter((step) => step.afterHours === furthest).map((step) => step.percent),
      );
    }
  }
}

/** Score after the late rule, to two decimals. */
export function lateScore(score: number, percentOff: number): number {
  return Math.round(score * (100 - percentOff)) / 100;
}

function daysBegun(from: Date, to: Date, timeZone: string): number {
  // Days have 23 to 25 hours, so the estimate is off by one at most.
  let days = Math.max(1, Math.floor((to.getTime() - from.getTime()) / 86_400_000) - 1);
  while (addCalendarDays(from, days, timeZone) < to) days += 1;
  return days;
}
