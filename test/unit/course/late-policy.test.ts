import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LatePolicy, lateByMs, latePercent, lateScore } from '../../../src/core/late-policy.ts';
import { addCalendarDays } from '../../../src/core/zoned-time.ts';
import { DUE, after } from './rules.ts';

const ZONE = 'Europe/Zurich';
const HOUR = 3_600_000;

function daily(changes: Partial<Extract<LatePolicy, { kind: 'percent-per-day' }>> = {}): LatePolicy {
  return { kind: 'percent-per-day', percent: 10, graceMinutes: 0, maxPercent: 100, ...changes };
}

describe('lateness', () => {
  it('is nothing up to and at the due instant, and one millisecond after it is late', () => {
    expect(lateByMs(DUE, after(DUE, -1))).toBe(0);
    expect(lateByMs(DUE, DUE)).toBe(0);
    expect(lateByMs(DUE, after(DUE, 1))).toBe(1);
    expect(latePercent(daily(), DUE, DUE, ZONE)).toBe(0);
    expect(latePercent(daily(), DUE, after(DUE, 1), ZONE)).toBe(10);
  });

  it('costs nothing within the grace, and from the due instant on once past it', () => {
    const policy = daily({ graceMinutes: 15 });

    expect(latePercent(policy, DUE, after(DUE, 15 * 60_000), ZONE)).toBe(0);
    expect(latePercent(policy, DUE, after(DUE, 15 * 60_000 + 1), ZONE)).toBe(10);
  });

  it('counts a begun day as whole, to the millisecond', () => {
    expect(latePercent(daily(), DUE, after(DUE, 24 * HOUR), ZONE)).toBe(10);
    expect(latePercent(daily(), DUE, after(DUE, 24 * HOUR + 1), ZONE)).toBe(20);
  });

  it('takes off no more than the most', () => {
    expect(latePercent(daily({ maxPercent: 35 }), DUE, after(DUE, 900 * HOUR), ZONE)).toBe(35);
  });

  it('takes the furthest step that has passed', () => {
    const policy: LatePolicy = {
      kind: 'steps',
      graceMinutes: 0,
      steps: [
        { afterHours: 48, percent: 50 },
        { afterHours: 0, percent: 5 },
        { afterHours: 24, percent: 20 },
      ],
    };

    expect(latePercent(policy, DUE, after(DUE, 1), ZONE)).toBe(5);
    expect(latePercent(policy, DUE, after(DUE, 24 * HOUR), ZONE)).toBe(5);
    expect(latePercent(policy, DUE, after(DUE, 24 * HOUR + 1), ZONE)).toBe(20);
    expect(latePercent(policy, DUE, after(DUE, 49 * HOUR), ZONE)).toBe(50);
  });

  it('knows days of 23 hours and of 25', () => {
    const beforeSpring = new Date('2026-03-28T21:00:00.000Z');
    const beforeAutumn = new Date('2026-10-24T20:00:00.000Z');

    expect(latePercent(daily(), beforeSpring, after(beforeSpring, 23 * HOUR), ZONE)).toBe(10);
    expect(latePercent(daily(), beforeSpring, after(beforeSpring, 23 * HOUR + 1), ZONE)).toBe(20);
    expect(latePercent(daily(), beforeAutumn, after(beforeAutumn, 25 * HOUR), ZONE)).toBe(10);
    expect(latePercent(daily(), beforeAutumn, after(beforeAutumn, 25 * HOUR + 1), ZONE)).toBe(20);
  });

  it('never falls as time goes on', () => {
    const delay = fc.integer({ min: 0, max: 60 * 24 * HOUR });
    const due = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(due, delay, delay, (instant, one, other) => {
        const earlier = latePercent(daily(), instant, after(instant, Math.min(one, other)), ZONE);
        const later = latePercent(daily(), instant, after(instant, Math.max(one, other)), ZONE);
        expect(later).toBeGreaterThanOrEqual(earlier);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a calendar day', () => {
  it('ends at the same time of day', () => {
    expect(addCalendarDays(new Date('2026-03-28T21:00:00.123Z'), 1, ZONE).toISOString()).toBe(
      '2026-03-29T20:00:00.123Z',
    );
    expect(addCalendarDays(new Date('2026-10-24T20:00:00.000Z'), 1, ZONE).toISOString()).toBe(
      '2026-10-25T21:00:00.000Z',
    );
  });

  it('that would end in an hour that clocks skip ends after it', () => {
    // 02:30 on the day before clocks go from 02:00 to 03:00.
    expect(addCalendarDays(new Date('2026-03-28T01:30:00.000Z'), 1, ZONE).toISOString()).toBe(
      '2026-03-29T01:30:00.000Z',
    );
  });
});

it('rounds a late score to two decimals', () => {
  expect(lateScore(67, 10)).toBe(60.3);
  expect(lateScore(100, 100)).toBe(0);
});
