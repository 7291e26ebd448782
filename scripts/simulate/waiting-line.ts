import { learnerPriority } from '../../src/adapters/postgres/priority.ts';

/** A submission, at seconds of the simulation. */
export interface Waiting {
  readonly learner: number;
  readonly lab: number;
  readonly at: number;
  readonly attempt: number;
}

/** Who waits: by the service's own rule lower priorities first, and of the same the first that came. */
export class WaitingLine {
  readonly #lines = new Map<number, Waiting[]>();
  readonly #ofLearner = new Map<number, Map<number, { readonly item: Waiting; readonly priority: number }>>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  has(item: Waiting): boolean {
    return this.#ofLearner.get(item.learner)?.get(item.lab)?.item === item;
  }

  /** Adds one, which takes the place of the learner's own older one at the same lab. True when there was one. */
  add(item: Waiting): boolean {
    const own = this.#ofLearner.get(item.learner) ?? new Map<number, { item: Waiting; priority: number }>();
    const replaced = own.get(item.lab);
    if (replaced !== undefined) this.#remove(replaced.item, replaced.priority);
    own.delete(item.lab);
    const priority = learnerPriority(own.size);
    own.set(item.lab, { item, priority });
    this.#ofLearner.set(item.learner, own);
    const line = this.#lines.get(priority) ?? [];
    line.push(item);
    this.#lines.set(priority, line);
    this.#length += 1;
    return replaced !== undefined;
  }

  take(): Waiting | undefined {
    const priorities = [...this.#lines.keys()].sort((a, b) => a - b);
    for (const priority of priorities) {
      const item = this.#lines.get(priority)?.[0];
      if (item === undefined) continue;
      this.#remove(item, priority);
      this.#ofLearner.get(item.learner)?.delete(item.lab);
      return item;
    }
    return undefined;
  }

  #remove(item: Waiting, priority: number): void {
    const line = this.#lines.get(priority) ?? [];
    line.splice(line.indexOf(item), 1);
    this.#length -= 1;
  }
}
