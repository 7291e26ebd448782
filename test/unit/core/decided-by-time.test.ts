import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../src/core/check-result.ts';
import { isDecidedByTime } from '../../../src/core/decided-by-time.ts';

function failedBy(byTime: CheckResult['byTime'] | null): CheckResult {
  return {
    id: 'one',
    kind: 'http',
    title: 'One of many',
    status: 'failed',
    points: 0,
    maxPoints: 10,
    required: false,
    ...(byTime && { byTime }),
    observed: '',
    expected: '',
    explanation: '',
    hint: '',
    evidence: [],
    durationMs: 1,
  };
}

describe('isDecidedByTime', () => {
  it.each([
    [['late'], true],
    [['late', null], true],
    [['not-yet', 'not-yet'], true],
    [['not-yet', null], false],
    [[null], false],
    [[], false],
  ] as const)('of failures by %j is %s', (failures, decided) => {
    expect(isDecidedByTime(failures.map(failedBy))).toBe(decided);
  });

  it('takes no account of a check that was not tried', () => {
    const skipped: CheckResult = { ...failedBy('late'), status: 'skipped' };

    expect(isDecidedByTime([skipped])).toBe(false);
  });
});
