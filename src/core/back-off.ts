const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * How long to wait, in milliseconds, before somebody else's server is tried again that failed: twice as long each time,
 * up to ten minutes. An hour of outage so costs ten minutes more at most.
 */
export function backOffMs(triesBefore: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(triesBefore, 20));
}
