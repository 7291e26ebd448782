import { setTimeout as sleep } from 'node:timers/promises';
import { ContainerGone } from '../../app/ports/container-gone.ts';

/**
 * For so long a pid that the engine has told is taken for that of the same process. The kernel hands a number out
 * again only after all others: nobody begins that many processes in the meantime.
 */
const SAME_MS = 100;

/** The engine hears of an end a little later than the kernel knows of it. */
const LOOKS_AFTER = 20;
const LOOK_AFTER_MS = 50;

export interface FirstProcessSource {
  /** The engine's word on the pid, 0 where nothing runs. */
  readonly inspect: (signal: AbortSignal) => Promise<number>;
  /** Whether whoever is asked about the process can still answer. */
  readonly canAnswer: () => boolean;
  readonly now: () => number;
}

/** A container's first process, by whose pid on the engine's host everything in the container is found. */
export class FirstProcess {
  readonly #service: string;
  readonly #source: FirstProcessSource;
  #seen: { readonly pid: number; readonly atMs: number } | undefined;

  constructor(service: string, source: FirstProcessSource) {
    this.#service = service;
    this.#source = source;
  }

  /** Takes note of what the engine has told of it; `askedAtMs` by the clock of the source. */
  see(pid: number, askedAtMs: number): void {
    this.#seen = pid > 0 ? { pid, atMs: askedAtMs } : undefined;
  }

  /** Something was done to the container: what was told before counts no more. */
  forget(): void {
    this.#seen = undefined;
  }

  /** Asks a question about the process that it is now. @throws ContainerGone where the container ends meanwhile. */
  async ask<T>(question: (hostPid: number) => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const seen = this.#seen;
    if (seen === undefined || this.#source.now() - seen.atMs > SAME_MS) {
      return this.#askAnew(await this.#pid(signal), question, signal);
    }
    try {
      return await question(seen.pid);
    } catch (error) {
      const pid = await this.#pidAfter(error, seen.pid, signal);
      // It was restarted before the question: that one is for the process that it is now.
      return this.#askAnew(pid, question, signal);
    }
  }

  async #askAnew<T>(pid: number, question: (hostPid: number) => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await question(pid);
    } catch (error) {
      await this.#pidAfter(error, pid, signal);
      throw this.#gone();
    }
  }

  /**
   * Where the container ended meanwhile, the question failed for want of it: no fault of the grader's.
   * @returns the pid that came after `before`. @throws `error` where none did, ContainerGone where nothing runs.
   */
  async #pidAfter(error: unknown, before: number, signal: AbortSignal): Promise<number> {
    for (let look = 0; look < LOOKS_AFTER; look++) {
      if (!this.#source.canAnswer()) break;
      const pid = await this.#pid(signal);
      if (pid !== before) return pid;
      await sleep(LOOK_AFTER_MS, undefined, { signal });
    }
    throw error;
  }

  async #pid(signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const askedAtMs = this.#source.now();
    const pid = await this.#source.inspect(signal);
    this.see(pid, askedAtMs);
    if (pid > 0) return pid;
    throw this.#gone();
  }

  #gone(): ContainerGone {
    return new ContainerGone(`the container of ${this.#service} ended while it was looked at`);
  }
}
