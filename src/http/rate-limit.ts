import { Refusal } from '../core/refusal.ts';
import type { Budget } from './route.ts';

/** Calls a minute by one caller; the pages of a busy person stay far below. */
export type Allowances = Readonly<Record<Exclude<Budget, 'unlimited'>, number>>;

export const DEFAULT_ALLOWANCES: Allowances = {
  reading: 1_200,
  changing: 240,
  submitting: 60,
  'signing-in': 30,
};

const MAX_CALLERS = 50_000;

/** Counts calls by caller and budget: a bucket that holds a minute's allowance and fills up evenly. */
export class RateLimit {
  readonly #allowances: Allowances;
  readonly #buckets = new Map<string, { left: number; at: number }>();

  constructor(allowances: Allowances) {
    this.#allowances = allowances;
  }

  /** @throws Refusal `too-many-requests` with the seconds to wait */
  take(caller: string, budget: Budget, nowMs: number): void {
    if (budget === 'unlimited') return;
    const allowance = this.#allowances[budget];
    const key = `${budget} ${caller}`;
    const bucket = this.#buckets.get(key) ?? { left: allowance, at: nowMs };
    const left = Math.min(allowance, bucket.left + ((nowMs - bucket.at) * allowance) / 60_000);
    // Put last, so that the map is in order of use and the first is the one to forget.
    this.#buckets.delete(key);
    this.#buckets.set(key, { left: Math.max(0, left - 1), at: nowMs });
    this.#forgetOldest();
    if (left >= 1) return;
    const seconds = Math.ceil(((1 - left) * 60) / allowance);
    throw new Refusal('too-many-requests', `More than ${allowance} requests of this kind a minute.`, {
      rule: `rate.${budget}`,
      wayOut: `Wait ${seconds} s.`,
      retryAfterSeconds: seconds,
    });
  }

  #forgetOldest(): void {
    if (this.#buckets.size <= MAX_CALLERS) return;
    const oldest = this.#buckets.keys().next();
    if (oldest.done !== true) this.#buckets.delete(oldest.value);
  }
}
