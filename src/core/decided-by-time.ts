import type { CheckResult } from './check-result.ts';

/** Findings of what did come, or end, but after its time. */
const LATE: ReadonlySet<string | undefined> = new Set(['late', 'slow', 'not-serving', 'answered-elsewhere']);

/** Findings that say no more than that nothing had come until the time was over. */
const NOT_YET: ReadonlySet<string | undefined> = new Set(['silent', 'nothing-listens', 'no-answer']);

/**
 * Did nothing but time decide against a submission? What is late costs points whatever else there is; that nothing has
 * come yet tells nothing where another check found out why.
 */
export function isDecidedByTime(results: readonly CheckResult[]): boolean {
  const found = results.flatMap(({ status, finding }) => (status === 'failed' ? [finding] : []));
  const isOnlyNotYet = found.length > 0 && found.every((finding) => NOT_YET.has(finding));
  return isOnlyNotYet || found.some((finding) => LATE.has(finding));
}
