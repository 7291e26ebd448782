import { describe, expect, it } from 'vitest';
import { rulesWith } from '../../../src/core/assignment-rules.ts';
import { courseTotal } from '../../../src/core/course-total.ts';
import { standingOf } from '../../../src/core/standing.ts';
import { DUE, after, attempt, rules } from './rules.ts';
import { triesOf } from './tries.ts';

const DAY = 86_400_000;

describe('a standing', () => {
  it('counts the best after the late rule, the earlier among equals', () => {
    const late = rules({
      latePolicy: { kind: 'percent-per-day', percent: 50, graceMinutes: 0, maxPercent: 100 },
    });
    const tries = [
      attempt(1, { score: 60 }),
      attempt(2, { score: 60 }),
      attempt(3, { score: 100, verdict: 'passed', submittedAt: after(DUE, 1) }),
    ];

    const standing = standingOf(late, triesOf(tries), null);

    expect(standing).toMatchObject({
      countingSubmission: 's1',
      score: 60,
      latePercent: 0,
      status: 'not-passed',
    });
  });

  it('counts the latest where the assignment says so', () => {
    const tries = [attempt(1, { score: 100, verdict: 'passed' }), attempt(2, { score: 20 })];

    expect(standingOf(rules({ counting: 'latest' }), triesOf(tries), null)).toMatchObject({
      countingSubmission: 's2',
      score: 20,
    });
  });

  it('leaves out what the policy rejected, what was called off and what the grader failed at', () => {
    const tries = [
      attempt(1, { verdict: 'rejected', score: 0 }),
      attempt(2, { status: 'cancelled', verdict: null, score: null }),
      attempt(3, { status: 'superseded', verdict: null, score: null }),
      attempt(4, { status: 'fault', verdict: null, score: null }),
    ];

    expect(standingOf(rules(), triesOf(tries), null)).toMatchObject({
      attemptsUsed: 0,
      score: null,
      status: 'fault',
    });
  });

  it('is what the override says, whatever was submitted', () => {
    expect(standingOf(rules(), triesOf([attempt(1, { score: 10 })]), 90)).toMatchObject({
      score: 90,
      rawScore: 10,
    });
    expect(standingOf(rules(), triesOf([]), 90)).toMatchObject({ score: 90, status: 'none' });
  });

  it('tells how many attempts the first pass took, rejected ones left out', () => {
    const tries = [
      attempt(1),
      attempt(2, { verdict: 'rejected' }),
      attempt(3, { verdict: 'passed', score: 100 }),
    ];

    expect(standingOf(rules(), triesOf(tries), null)).toMatchObject({
      firstPassAttempts: 2,
      attemptsUsed: 2,
    });
  });
});

describe('an extension', () => {
  it('moves due and closing instants back and gives attempts, and takes nothing away', () => {
    const base = rules({ closesAt: after(DUE, DAY), attemptLimit: 3 });

    const extended = rulesWith(base, { dueAt: after(DUE, 2 * DAY), closesAt: null, extraAttempts: 2 });
    const shortened = rulesWith(base, { dueAt: after(DUE, -DAY), closesAt: DUE, extraAttempts: 0 });

    expect(extended).toMatchObject({
      dueAt: after(DUE, 2 * DAY),
      closesAt: after(DUE, 2 * DAY),
      attemptLimit: 5,
    });
    expect(shortened).toMatchObject({ dueAt: DUE, closesAt: after(DUE, DAY), attemptLimit: 3 });
  });
});

describe('a total', () => {
  it('weighs what counts, counts what was missed as 0 and leaves out what is still open', () => {
    const total = courseTotal([
      { weight: 1, score: 100, closed: false },
      { weight: 3, score: null, closed: true },
      { weight: 5, score: null, closed: false },
    ]);

    expect(total).toBe(25);
    expect(courseTotal([{ weight: 1, score: null, closed: false }])).toBeNull();
  });
});
