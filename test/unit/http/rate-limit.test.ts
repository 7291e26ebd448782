import { expect, it } from 'vitest';
import { Refusal } from '../../../src/core/refusal.ts';
import { DEFAULT_ALLOWANCES, RateLimit } from '../../../src/http/rate-limit.ts';

const ALLOWANCES = { ...DEFAULT_ALLOWANCES, submitting: 6, reading: 1 };

function takes(
  limit: RateLimit,
  caller: string,
  budget: 'submitting' | 'reading',
  atMs: number,
): number | null {
  try {
    limit.take(caller, budget, atMs);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.details.retryAfterSeconds ?? 0;
    throw error;
  }
}

it('gives a minute’s allowance at once, then one after the other, and says how long to wait', () => {
  const limit = new RateLimit(ALLOWANCES);

  const burst = Array.from({ length: 6 }, () => takes(limit, 'ada', 'submitting', 0));

  expect(burst).toEqual([null, null, null, null, null, null]);
  expect(takes(limit, 'ada', 'submitting', 0)).toBe(10);
  expect(takes(limit, 'ada', 'submitting', 10_000)).toBeNull();
});

it('lets nobody use up what is another’s, nor one kind what is another kind’s', () => {
  const limit = new RateLimit(ALLOWANCES);
  takes(limit, 'ada', 'reading', 0);

  expect(takes(limit, 'ada', 'reading', 1)).not.toBeNull();
  expect(takes(limit, 'bob', 'reading', 1)).toBeNull();
  expect(takes(limit, 'ada', 'submitting', 1)).toBeNull();
});
