import type { CheckResult } from './check-result.ts';

/**
 * Did nothing but time decide against a submission? What is late costs points whatever else there is; that nothing has
 * come yet tells nothing where another check found out why.
 */
export function isDecidedByTime(results: readonly CheckResult[]): boolean {
  const failures = results.filter(({ status }) => status === 'failed');
  const isOnlyNotYet = failures.length > 0 && failures.every(({ byTime }) => byTime === 'not-yet');
  return isOnlyNotYet || failures.some(({ byTime }) => byTime === 'late');
}
