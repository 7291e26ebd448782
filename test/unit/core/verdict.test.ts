import { describe, expect, it } from 'vitest';
import { scoreOf, type CheckResult } from '../../../src/core/check-result.ts';
import { verdictOf } from '../../../src/core/verdict.ts';

function check(status: CheckResult['status'], changes: Partial<CheckResult> = {}): CheckResult {
  return {
    id: 'one',
    kind: 'http',
    title: 'One of many',
    status,
    points: status === 'passed' ? 10 : 0,
    maxPoints: 10,
    required: true,
    observed: '',
    expected: '',
    explanation: '',
    hint: '',
    evidence: [],
    durationMs: 1,
    ...changes,
  };
}

describe('scoreOf', () => {
  it('is what the points add up to where they add up to 100, whichever are got', () => {
    for (let points = 0; points <= 100; points++) {
      const results = [
        check('passed', { points, maxPoints: points }),
        check('failed', { maxPoints: 100 - points }),
      ];

      expect(scoreOf(results)).toBe(points);
    }
  });

  it('is rounded down, so that only full points make 100', () => {
    const almost = [check('passed', { points: 299, maxPoints: 299 }), check('failed', { maxPoints: 1 })];

    expect(scoreOf(almost)).toBe(99);
  });
});

describe('verdictOf', () => {
  const passed = check('passed');
  const failed = check('failed');
  const forgiven = check('failed', { required: false });

  it.each([
    ['passed', 'at the pass mark', [passed, forgiven], 50, false],
    ['passed', 'above it', [passed, forgiven], 51, false],
    ['failed', 'below it', [passed, forgiven], 49, false],
    ['failed', 'with a required check that failed, whatever the score', [passed, failed], 99, false],
    ['failed', 'with a required check that was skipped', [passed, check('skipped')], 99, false],
    ['passed', 'where an app recovered from the end of its memory', [passed], 100, true],
    ['memory-limit', 'where memory ended and points were lost', [passed, failed], 50, true],
  ] as const)('is %s %s', (verdict, _when, results, score, outOfMemory) => {
    expect(verdictOf({ stage: 'checks', outOfMemory }, results, score, 50)).toBe(verdict);
  });
});
