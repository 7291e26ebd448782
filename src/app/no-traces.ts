import type { RunTrace, RunTraces } from './ports/run-traces.ts';

const NO_TRACE: RunTrace = { phase: () => undefined, ended: () => undefined };

/** Where nobody collects traces. */
export const NO_TRACES: RunTraces = {
  accepted: () => Promise.resolve(),
  claimed: () => Promise.resolve(NO_TRACE),
};
