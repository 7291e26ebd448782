/**
 * Who is at work in which repository of this process: any number of requests, or its housekeeping alone. A request
 * never waits for housekeeping, it ends it.
 */
export class RepositoryUse {
  readonly #requests = new Map<string, number>();
  readonly #tidying = new Map<string, { readonly stop: AbortController; readonly over: Promise<void> }>();

  /** Whether any repository is at a request's service. */
  get isServing(): boolean {
    return this.#requests.size > 0;
  }

  /** Holds a repository for a request until the function that is given is called; housekeeping is over by then. */
  async hold(path: string): Promise<() => void> {
    this.#requests.set(path, (this.#requests.get(path) ?? 0) + 1);
    const tidying = this.#tidying.get(path);
    tidying?.stop.abort(new Error('somebody needs the repository'));
    await tidying?.over;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const others = (this.#requests.get(path) ?? 1) - 1;
      if (others > 0) this.#requests.set(path, others);
      else this.#requests.delete(path);
    };
  }

  /**
   * Runs `body` on a repository that no request holds; its signal aborts as soon as one comes.
   * @returns false where one did
   */
  async tidy(
    path: string,
    signal: AbortSignal,
    body: (signal: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    if (this.#requests.has(path) || this.#tidying.has(path)) return false;
    const stop = new AbortController();
    const done = body(AbortSignal.any([stop.signal, signal]));
    const over = done.catch(() => undefined);
    this.#tidying.set(path, { stop, over });
    try {
      await done;
      return true;
    } catch (error) {
      if (stop.signal.aborted) return false;
      throw error;
    } finally {
      this.#tidying.delete(path);
    }
  }
}
