import { describe, expect, it } from 'vitest';
import { Batches, failed, succeeded } from '../../../src/adapters/postgres/batches.ts';
import { BusyFault } from '../../../src/core/busy-fault.ts';

const OPTIONS = {
  atOnce: 1,
  fits: (taken: readonly number[]) => taken.length < 3,
  waiting: 100,
  waitMs: 60_000,
  isBusy: () => false,
};

/** Work that waits to be let go, and tells what it was given. */
function heldWork() {
  const given: (readonly number[])[] = [];
  const letGo: (() => void)[] = [];
  const work = async (items: readonly number[]): Promise<PromiseSettledResult<number>[]> => {
    given.push(items);
    await new Promise<void>((resolve) => letGo.push(resolve));
    return items.map((item) => succeeded(item * 10));
  };
  return { given, work, next: () => letGo.shift()?.() };
}

describe('batches', () => {
  it('rest after one where they are told to, and take what came meanwhile together', async () => {
    const given: (readonly number[])[] = [];
    const batches = new Batches({ ...OPTIONS, restMs: 20 }, (items: readonly number[]) => {
      given.push(items);
      return Promise.resolve(items.map((item) => succeeded(item)));
    });
    await batches.do(1);
    const first = batches.do(2);
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([first, batches.do(3)]);

    expect(given).toEqual([[1], [2, 3]]);
  });

  it('deal with one at once, and with those who come meanwhile together, as many as fit', async () => {
    const held = heldWork();
    const batches = new Batches(OPTIONS, held.work);
    const answers = [1, 2, 3, 4, 5].map((item) => batches.do(item));
    held.next();
    await answers[0];
    await Promise.resolve();
    held.next();
    await answers[3];
    await Promise.resolve();
    held.next();

    expect(await Promise.all(answers)).toEqual([10, 20, 30, 40, 50]);
    expect(held.given).toEqual([[1], [2, 3, 4], [5]]);
  });

  it('tell each its own outcome', async () => {
    const batches = new Batches<number, number>({ ...OPTIONS, fits: () => true }, (items) =>
      Promise.resolve(items.map((item) => (item === 2 ? failed(new Error('two')) : succeeded(item)))),
    );

    const outcomes = await Promise.allSettled([1, 2, 3].map((item) => batches.do(item)));

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('let what spoils a batch fail alone', async () => {
    const held = heldWork();
    const batches = new Batches<number, number>(OPTIONS, async (items) => {
      if (items.includes(3)) throw new Error('three');
      return items.includes(1) ? held.work(items) : items.map((item) => succeeded(item));
    });
    const outcomes = Promise.allSettled([1, 2, 3, 4].map((item) => batches.do(item)));
    held.next();

    expect((await outcomes).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });

  it('try none again where nothing can be done now', async () => {
    let tries = 0;
    const held = heldWork();
    const batches = new Batches<number, number>({ ...OPTIONS, isBusy: () => true }, (items) => {
      if (items.includes(1)) return held.work(items);
      tries += 1;
      throw new Error('away');
    });
    const outcomes = Promise.allSettled([1, 2, 3].map((item) => batches.do(item)));
    held.next();

    expect((await outcomes).filter(({ status }) => status === 'rejected')).toHaveLength(2);
    expect(tries).toBe(1);
  });

  it('send away whoever finds the line full, and whoever has stood in it for too long', async () => {
    const held = heldWork();
    const batches = new Batches({ ...OPTIONS, waiting: 1, waitMs: 20 }, held.work);
    const begun = batches.do(1);
    const waiting = batches.do(2);

    await expect(batches.do(3)).rejects.toThrow(BusyFault);
    await expect(waiting).rejects.toThrow(BusyFault);
    held.next();
    expect(await begun).toBe(10);
    expect(held.given).toEqual([[1]]);
  });
});
