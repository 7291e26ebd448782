import type { BuildOutcome } from '../../app/ports/bench.ts';

/**
 * Words of programs that ran into a limit on processes, memory or disk, whoever had used it up. Among them is runc, which
 * needs processes to start a step; that a step's command isn't there (`exec: …`) is the learner's own.
 */
const STARVED =
  /unable to start container process: (?!exec:)|resource temporarily unavailable|can't start new thread|cannot allocate memory|cannot fork|fork failed|MemoryError|no space left on device|Errno (?:11|12|28)\]/i;

/**
 * Builds share one group of limits, so one that takes everything may fail another that is innocent. A build whose end
 * could come of that is built again with no other beside it, and only that decides.
 */
export class BuildGate {
  #running = 0;
  #alone: Promise<unknown> = Promise.resolve();
  #drained: (() => void) | undefined;

  /** @param settled waits, within bounds, until no process of an ended build is left. */
  async build(attempt: () => Promise<BuildOutcome>, settled: () => Promise<void>): Promise<BuildOutcome> {
    const outcome = await this.#beside(attempt);
    return mayHaveStarved(outcome) ? this.#byItself(attempt, settled) : outcome;
  }

  async #beside(attempt: () => Promise<BuildOutcome>): Promise<BuildOutcome> {
    await this.#alone;
    this.#running++;
    try {
      return await attempt();
    } finally {
      this.#running--;
      if (this.#running === 0) this.#drained?.();
    }
  }

  #byItself(attempt: () => Promise<BuildOutcome>, settled: () => Promise<void>): Promise<BuildOutcome> {
    const outcome = this.#alone.then(async () => {
      if (this.#running > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
      this.#drained = undefined;
      await settled();
      return attempt();
    });
    // New builds wait for it, and how it ends is its own caller's concern.
    this.#alone = outcome.catch(() => undefined);
    return outcome;
  }
}

function mayHaveStarved(outcome: BuildOutcome): boolean {
  if (outcome.ok || outcome.cause === 'time-limit') return false;
  return (
    outcome.cause === 'memory-limit' ||
    outcome.cause === 'disk-limit' ||
    outcome.failedStep?.exitCode === 137 ||
    STARVED.test(outcome.message) ||
    outcome.logTail.some((line) => STARVED.test(line))
  );
}
