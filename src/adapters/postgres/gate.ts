import { BusyFault } from '../../core/busy-fault.ts';

export interface GateOptions {
  /** Let through at once. */
  readonly atOnce: number;
  /** Wait at the gate at most; whoever comes later is sent away at once. */
  readonly waiting: number;
  readonly waitMs: number;
}

/**
 * Keeps one kind of work from taking every connection: only so many are let through at once, in the order in which they
 * came. Who would have to wait for too long hears so soon, and the rest of the service stays quick.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #line = new Set<() => void>();
  #inside = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** @throws BusyFault when too many wait, or one has waited for too long: then nothing was begun. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.#options.atOnce) this.#inside += 1;
    else await this.#wait();
    try {
      return await work();
    } finally {
      const [next] = this.#line;
      // The place goes to the next in line: whoever comes now must not get past it.
      if (next === undefined) this.#inside -= 1;
      else next();
    }
  }

  #wait(): Promise<void> {
    if (this.#line.size >= this.#options.waiting) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        clearTimeout(timer);
        this.#line.delete(enter);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#line.delete(enter);
        reject(busy());
      }, this.#options.waitMs);
      this.#line.add(enter);
    });
  }
}

function busy(): BusyFault {
  return new BusyFault('more submissions come in than the database takes', 3);
}
