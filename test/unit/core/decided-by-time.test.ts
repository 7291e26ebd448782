import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../src/core/check-result.ts';
import { isDecidedByTime } from '../../../src/core/decided-by-time.ts';

function failedWith(finding: string): CheckResult {
  return {
    id: finding,
    kind: 'http',
    title: 'One of many',
    status: 'failed',
    points: 0,
    maxPoints: 10,
    required: false,
    finding,
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
    [['slow'], true],
    [['not-serving'], true],
    [['late', 'wrong-answer'], true],
    [['silent', 'nothing-listens'], true],
    [['silent', 'loopback-only'], false],
    [['wrong-answer'], false],
    [[], false],
  ])('of the findings %j is %s', (findings, decided) => {
    expect(isDecidedByTime(findings.map(failedWith))).toBe(decided);
  });

  it('takes no account of a check that was not tried', () => {
    const skipped: CheckResult = { ...failedWith('late'), status: 'skipped' };

    expect(isDecidedByTime([skipped])).toBe(false);
  });
});
