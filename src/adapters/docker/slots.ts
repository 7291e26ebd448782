import { GraderFault } from '../../core/grader-fault.ts';

/** A number of places, taken and given back; who finds none waits in line. */
export class Slots {
  #free: number;
  #closed = false;
  readonly #line = new Set<Waiter>();

  constructor(size: number) {
    this.#free = size;
  }

  get free(): number {
    return this.#free;
  }

  /**
   * Waits for a place; who took it calls `giveBack` once.
   * @throws the signal's reason when it is aborted first. @throws GraderFault when the slots are closed.
   */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#closed) throw closed();
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    const { promise, resolve, reject } = resolvers();
    const waiter = { resolve, reject };
    this.#line.add(waiter);
    // Who left the line must not be handed a place that the next one waits for.
    const leave = (): void => {
      this.#line.delete(waiter);
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  giveBack(): void {
    for (const next of this.#line) {
      this.#line.delete(next);
      next.resolve();
      return;
    }
    this.#free++;
  }

  /** Whoever waits, or comes later, gets a fault. */
  close(): void {
    this.#closed = true;
    for (const { reject } of this.#line) reject(closed());
    this.#line.clear();
  }
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** `Promise.withResolvers` of later Nodes. */
function resolvers(): Waiter & { readonly promise: Promise<void> } {
  let resolve: () => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

function closed(): GraderFault {
  return new GraderFault('the benches are closed');
}
