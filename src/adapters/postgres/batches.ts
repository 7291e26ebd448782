import { BusyFault } from '../../core/busy-fault.ts';

export interface BatchOptions<T> {
  /** Batches under way at the same time: each has a connection. */
  readonly atOnce: number;
  /** Whether `next` may go with those that were taken already; the first goes whatever it is. */
  readonly fits: (taken: readonly T[], next: T) => boolean;
  /** Wait at most; whoever comes later is sent away at once. */
  readonly waiting: number;
  /** After a batch so long nothing is begun in its place, where nobody waits for what is done: so the next is larger. */
  readonly restMs?: number;
  readonly waitMs: number;
  /** Whether an error says only that nothing can be done now, so that it needn't be tried for each alone. */
  readonly isBusy: (error: unknown) => boolean;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly timer: NodeJS.Timeout;
  readonly settle: (outcome: PromiseSettledResult<R>) => void;
}

/**
 * Does alike work of several callers in one go: what comes in while a batch is under way makes the next one. Alone, one
 * is dealt with at once; in a crowd each costs a fraction. Who would have to wait for too long hears so soon, and the
 * rest of the service stays quick.
 */
export class Batches<T, R> {
  readonly #options: BatchOptions<T>;
  readonly #work: (items: readonly T[]) => Promise<readonly PromiseSettledResult<R>[]>;
  readonly #line = new Set<Waiting<T, R>>();
  #underWay = 0;

  /** `work` tells an outcome for each item, in their order. What it throws is the batch's. */
  constructor(
    options: BatchOptions<T>,
    work: (items: readonly T[]) => Promise<readonly PromiseSettledResult<R>[]>,
  ) {
    this.#options = options;
    this.#work = work;
  }

  /** @throws BusyFault when too many wait, or this one has waited for too long: then nothing was begun. */
  do(item: T): Promise<R> {
    if (this.#line.size >= this.#options.waiting) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#line.delete(entry);
        reject(busy());
      }, this.#options.waitMs);
      const entry: Waiting<T, R> = {
        item,
        timer,
        settle(outcome) {
          if (outcome.status === 'fulfilled') resolve(outcome.value);
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as it was thrown
          else reject(outcome.reason);
        },
      };
      this.#line.add(entry);
      this.#begin();
    });
  }

  #begin(): void {
    if (this.#underWay >= this.#options.atOnce || this.#line.size === 0) return;
    const taken: Waiting<T, R>[] = [];
    const items: T[] = [];
    for (const entry of this.#line) {
      if (items.length > 0 && !this.#options.fits(items, entry.item)) continue;
      clearTimeout(entry.timer);
      this.#line.delete(entry);
      taken.push(entry);
      items.push(entry.item);
    }
    this.#underWay += 1;
    void this.#deal(taken, items).finally(() => {
      const { restMs } = this.#options;
      if (restMs === undefined) this.#next();
      else setTimeout(this.#next, restMs).unref();
    });
  }

  readonly #next = (): void => {
    this.#underWay -= 1;
    this.#begin();
  };

  async #deal(taken: readonly Waiting<T, R>[], items: readonly T[]): Promise<void> {
    const outcomes = await this.#outcomes(items);
    for (const [index, entry] of taken.entries()) entry.settle(outcomes[index] ?? failed(busy()));
  }

  async #outcomes(items: readonly T[]): Promise<readonly PromiseSettledResult<R>[]> {
    try {
      return await this.#work(items);
    } catch (error) {
      if (items.length === 1 || this.#options.isBusy(error)) return items.map(() => failed(error));
    }
    // One of them spoilt it for all: each is tried by itself, so that it fails alone.
    const alone: PromiseSettledResult<R>[] = [];
    for (const item of items) alone.push(...(await this.#outcomes([item])));
    return alone;
  }
}

export function failed(reason: unknown): PromiseRejectedResult {
  return { status: 'rejected', reason };
}

export function succeeded<R>(value: R): PromiseFulfilledResult<R> {
  return { status: 'fulfilled', value };
}

function busy(): BusyFault {
  return new BusyFault('more submissions come in than the database takes', 3);
}
