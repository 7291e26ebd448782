import type { CheckResult } from './check-result.ts';

/** Findings of what did come, or end, but after its time. */
const LATE: ReadonlySet<string | undefined> = new Set(['late', 'slow']);

/**
 * Did nothing but time decide against a submission? What is late costs points whatever else there is; that a service
 * never answered (`silent`) says no more than that it didn't in time, unless another check found out why.
 */
export function isDecidedByTime(results: readonly CheckResult[]): boolean {
  const found = results.flatMap(({ status, finding }) => (status === 'failed' ? [finding] : []));
  return (
    found.some((finding) => LATE.has(finding)) ||
    (found.length > 0 && found.every((finding) => finding === 'silent'))
  );
}
