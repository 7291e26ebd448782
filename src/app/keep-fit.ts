import { pause } from './every.ts';

export interface FitnessParts {
  /** Says what is wrong with the grader, if anything is. Ends when its signal does. */
  readonly prove: (signal: AbortSignal) => Promise<string | undefined>;
  /** A grader that is fit is proved again after this. */
  readonly proveAgainMs: number;
  /** One that isn't is looked at more often: an engine that comes back should not wait for long. */
  readonly unfitAgainMs: number;
  /** No runs are to be taken from here on. */
  readonly halt: () => Promise<void>;
  /** Runs may be taken from here on. */
  readonly goOn: () => void;
  /** Hears of every proof and doubt once it is settled. `wrong` is null where the grader is fit. Must not throw. */
  readonly told: (wrong: string | null, durationMs: number | null) => Promise<void>;
}

/** Whether a worker may take runs: only while its grader has lately given known labs their verdicts. */
export class Fitness {
  readonly #parts: FitnessParts;
  #refusing: string | null = 'it has not proved itself yet';
  #doubt = new AbortController();

  constructor(parts: FitnessParts) {
    this.#parts = parts;
  }

  /** Why no runs are taken, or null. */
  get refusing(): string | null {
    return this.#refusing;
  }

  /** Takes no runs any more until the grader has proved itself once again, which is begun at once. */
  async doubt(why: string): Promise<void> {
    this.#doubt.abort();
    if (this.#refusing !== null) return;
    this.#refusing = why;
    await this.#parts.halt();
    await this.#parts.told(why, null);
  }

  /** Proves the grader now and then, until `signal`. */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#doubt = new AbortController();
      await this.#prove(this.#doubt.signal, signal);
      const { proveAgainMs, unfitAgainMs } = this.#parts;
      const ms = this.#refusing === null ? proveAgainMs : unfitAgainMs;
      await pause(ms, AbortSignal.any([signal, this.#doubt.signal]));
    }
  }

  async #prove(doubted: AbortSignal, signal: AbortSignal): Promise<void> {
    const began = performance.now();
    const wrong = await this.#parts.prove(signal).catch((error: unknown) => String(error));
    // What was proved before a run failed says nothing of the time after it.
    if (signal.aborted || (doubted.aborted && wrong === undefined)) return;
    if (wrong === undefined) this.#parts.goOn();
    else if (this.#refusing === null) await this.#parts.halt();
    this.#refusing = wrong ?? null;
    await this.#parts.told(this.#refusing, performance.now() - began);
  }
}
