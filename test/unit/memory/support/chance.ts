/** Chance that is the same in each run, and cheap enough for tens of thousands of inputs. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(end: number): number {
    // Mulberry32: four lines, and good enough to be different each time.
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }

  of<T>(all: readonly T[]): T {
    const chosen = all[this.below(all.length)];
    if (chosen === undefined) throw new Error('there is nothing to choose from');
    return chosen;
  }

  /** Hexadecimal digits that did not stand in this order before: enough of them to be missed where they are kept. */
  word(length = 384): string {
    const parts = Uint32Array.from({ length: Math.ceil(length / 8) }, () => this.below(2 ** 32));
    return Buffer.from(parts.buffer).toString('hex', 0, length / 2);
  }

  /** The beginning of one, a word, and the end of another. */
  mixed(texts: readonly string[]): string {
    const [one, other] = [this.of(texts), this.of(texts)];
    return `${one.slice(0, this.below(one.length + 1))}${this.word()}${other.slice(this.below(other.length + 1))}`;
  }
}
