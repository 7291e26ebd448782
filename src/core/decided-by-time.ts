import type { CheckResult } from './check-result.ts';

/**
 * Did nothing but time decide against a submission? A late answer costs points whatever else there is; that a service
 * never answered (`silent`) says no more than that it didn't in time, unless another check found out why.
 */
export function isDecidedByTime(results: readonly CheckResult[]): boolean {
  const found = results.flatMap(({ status, finding }) => (status === 'failed' ? [finding] : []));
  return found.includes('late') || (found.length > 0 && found.every((finding) => finding === 'silent'));
}
