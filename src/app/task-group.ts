/** Tasks that go on at once and end together: whoever fails first ends the group, and none outlives it. */
export class TaskGroup {
  /** Aborts with the one given, and when the group ends. */
  readonly signal: AbortSignal;
  readonly #ending = new AbortController();
  readonly #tasks = new Set<Promise<unknown>>();

  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#ending.signal]);
  }

  /** Begins a task. Its failure is for whoever awaits it; where nobody does, it is lost with the group. */
  begin<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const running = task(this.signal);
    this.#tasks.add(running);
    // It may fail before anybody awaits it, which is no reason for the process to end.
    running.catch(() => undefined);
    return running;
  }

  /** Stops what still goes on, and resolves once all have settled. */
  async end(): Promise<void> {
    this.#ending.abort();
    await Promise.allSettled(this.#tasks);
  }
}
