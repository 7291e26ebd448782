import { every } from './every.ts';
import type { Clock } from './ports/clock.ts';
import type { RunFeed } from './ports/run-feed.ts';
import type { RunQueue } from './ports/run-queue.ts';
import type { Runs } from './ports/runs.ts';
import type { Scenarios } from './ports/scenarios.ts';
import type { Submissions } from './ports/submissions.ts';
import {
  type ExpectedWait,
  NO_WAIT,
  type SubmissionState,
  expectedWait,
  firstRun,
  stateOf,
} from './submission-state.ts';

/** Stored states are looked at so often even when nothing was heard: what was announced may be lost. */
const LOOK_EVERY_MS = 3_000;
/** Submissions that are read at the same time, so that a crowd of verdicts leaves connections for others. */
const READS_AT_ONCE = 4;
/** Of one statement. */
const MOST_AT_ONCE = 1_000;

interface Deps {
  readonly submissions: Submissions;
  readonly runs: Runs;
  readonly scenarios: Scenarios;
  readonly queue: RunQueue;
  readonly feed: RunFeed;
  readonly clock: Clock;
}

type Listener = (state: SubmissionState) => void;

interface Watched {
  readonly id: string;
  readonly listeners: Set<Listener>;
  /** Null until it was read. */
  state: SubmissionState | null;
  /** Of the state; null when it may be another by now. */
  stamp: string | null;
  /** Those who wait for it to be read. */
  waiting: PromiseWithEnd[];
}

interface PromiseWithEnd {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Submissions that somebody watches, each of them once however many do. A submission is read again only when it was
 * announced or has another stamp; stamps and places in the queue of all of them are looked up together. Nothing is kept,
 * and nothing asked, of what nobody watches any more.
 */
export class SubmissionWatch {
  readonly #deps: Deps;
  readonly #watched = new Map<string, Watched>();
  readonly #toRead = new Set<Watched>();
  readonly #reading = new Set<Watched>();
  #looking: AbortController | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Calls back with each new state until `signal`. Gives the state as it is; null when there is no such submission. */
  async follow(id: string, listener: Listener, signal: AbortSignal): Promise<SubmissionState | null> {
    if (signal.aborted) return null;
    const watched = this.#watched.get(id) ?? {
      id,
      listeners: new Set(),
      state: null,
      stamp: null,
      waiting: [],
    };
    this.#watched.set(id, watched);
    watched.listeners.add(listener);
    signal.addEventListener(
      'abort',
      () => {
        this.#leave(watched, listener);
      },
      { once: true },
    );
    this.#look();
    if (watched.state === null) {
      await new Promise<void>((resolve, reject) => {
        watched.waiting.push({ resolve, reject });
        this.#readSoon(watched);
      });
    }
    return watched.state;
  }

  #leave(watched: Watched, listener: Listener): void {
    watched.listeners.delete(listener);
    if (watched.listeners.size > 0) return;
    this.#watched.delete(watched.id);
    this.#toRead.delete(watched);
    for (const { resolve } of watched.waiting.splice(0)) resolve();
    if (this.#watched.size > 0) return;
    this.#looking?.abort();
    this.#looking = null;
  }

  #look(): void {
    if (this.#looking !== null) return;
    const looking = new AbortController();
    this.#looking = looking;
    this.#deps.feed.onChange((change) => {
      const watched = this.#watched.get(change.submissionId);
      if (watched !== undefined) this.#readSoon(watched);
    }, looking.signal);
    // With the database away the next look may succeed.
    void every(LOOK_EVERY_MS, looking.signal, () => this.#lookAtAll().catch(() => undefined));
  }

  async #lookAtAll(): Promise<void> {
    const all = [...this.#watched.values()];
    for (let from = 0; from < all.length; from += MOST_AT_ONCE) {
      const some = all.slice(from, from + MOST_AT_ONCE);
      const stamps = await this.#deps.submissions.stamps(some.map(({ id }) => id));
      for (const watched of some) {
        const stamp = stamps.get(watched.id);
        if (stamp !== undefined && stamp !== watched.stamp) this.#readSoon(watched);
      }
      await this.#lookAtPlaces(some.filter(({ state }) => state?.record.status === 'queued'));
    }
  }

  async #lookAtPlaces(waiting: readonly Watched[]): Promise<void> {
    const runs = new Map<string, Watched>();
    for (const watched of waiting) {
      const run = firstRun(watched.state?.runs ?? []);
      if (run !== undefined) runs.set(run.id, watched);
    }
    if (runs.size === 0) return;
    const waits = await this.#deps.runs.waits([...runs.keys()], this.#deps.clock.now());
    const places = [...runs].map(async ([runId, watched]) => {
      const known = watched.state;
      const found = waits.get(runId);
      const wait = found === undefined ? NO_WAIT : await expectedWait(this.#deps, runId, found);
      // What was read meanwhile is newer.
      if (known === null || watched.state !== known || isSame(known.wait, wait)) return;
      this.#show(watched, { ...known, wait });
    });
    await Promise.all(places);
  }

  #readSoon(watched: Watched): void {
    watched.stamp = null;
    this.#toRead.add(watched);
    this.#readNext();
  }

  #readNext(): void {
    for (const watched of this.#toRead) {
      if (this.#reading.size >= READS_AT_ONCE) return;
      // One after the other, so that the older state never comes last.
      if (this.#reading.has(watched)) continue;
      this.#toRead.delete(watched);
      this.#reading.add(watched);
      void this.#read(watched).finally(() => {
        this.#reading.delete(watched);
        this.#readNext();
      });
    }
  }

  async #read(watched: Watched): Promise<void> {
    try {
      // Read before the state, so that what changes in between is seen by the next look.
      const stamps = await this.#deps.submissions.stamps([watched.id]);
      const record = await this.#deps.submissions.find(watched.id);
      const state = record && (await stateOf(this.#deps, record, watched.state ?? undefined));
      if (!this.#toRead.has(watched)) watched.stamp = stamps.get(watched.id) ?? null;
      if (state !== null) this.#show(watched, state);
      for (const { resolve } of watched.waiting.splice(0)) resolve();
    } catch (error) {
      for (const { reject } of watched.waiting.splice(0)) reject(error);
    }
  }

  #show(watched: Watched, state: SubmissionState): void {
    watched.state = state;
    for (const listener of watched.listeners) listener(state);
  }
}

function isSame(one: ExpectedWait, other: ExpectedWait): boolean {
  return one.position === other.position && one.expectedWaitSeconds === other.expectedWaitSeconds;
}
