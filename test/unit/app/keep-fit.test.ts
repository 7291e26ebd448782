import { describe, expect, it } from 'vitest';
import { Fitness } from '../../../src/app/keep-fit.ts';
import { waitUntil } from '../../integration/support/wait-until.ts';

/** A worker that takes runs or doesn't, and a grader whose proofs come out as the test says. */
function scene() {
  const proofs: ((wrong: string | undefined) => void)[] = [];
  const told: (string | null)[] = [];
  const state = { taking: false };
  const fitness = new Fitness({
    prove: () =>
      new Promise((resolve) => {
        proofs.push(resolve);
      }),
    proveAgainMs: 60_000,
    unfitAgainMs: 1,
    halt: () => {
      state.taking = false;
      return Promise.resolve();
    },
    goOn: () => {
      state.taking = true;
    },
    told: (wrong) => {
      told.push(wrong);
      return Promise.resolve();
    },
  });
  const stop = new AbortController();
  const kept = fitness.keep(stop.signal);
  const begun = (number: number) =>
    waitUntil(`proof ${number}`, () => Promise.resolve(proofs[number - 1]), 20_000, 1);
  return {
    fitness,
    told,
    state,
    begun,
    /** Lets the proof with this number, from 1 on, come out. */
    async settle(number: number, wrong?: string): Promise<void> {
      (await begun(number))(wrong);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      proofs.at(-1)?.(undefined);
      await kept;
    },
  };
}

describe('a worker', () => {
  it('takes runs once its grader has proved itself, and not before', async () => {
    await using all = scene();
    const before = { ...all.state, refusing: all.fitness.refusing };

    await all.settle(1);
    await waitUntil('it is told', () => Promise.resolve(all.told.length === 1));

    expect(before).toEqual({ taking: false, refusing: 'it has not proved itself yet' });
    expect(all.state.taking).toBe(true);
    expect(all.told).toEqual([null]);
  });

  it('is proved again and again while it is not fit', async () => {
    await using all = scene();

    await all.settle(1, 'the engine is gone');
    await all.settle(2, 'the engine is gone');
    await all.settle(3);
    await waitUntil('it is told', () => Promise.resolve(all.told.length === 3));

    expect(all.told).toEqual(['the engine is gone', 'the engine is gone', null]);
    expect(all.state.taking).toBe(true);
  });

  it('takes nothing from a doubt on until the proof that follows at once', async () => {
    await using all = scene();
    await all.settle(1);
    await waitUntil('it takes runs', () => Promise.resolve(all.state.taking));

    await all.fitness.doubt('a run ended in a fault');
    const doubted = { ...all.state, refusing: all.fitness.refusing };
    await all.settle(2);
    await waitUntil('it takes runs again', () => Promise.resolve(all.state.taking));

    expect(doubted).toEqual({ taking: false, refusing: 'a run ended in a fault' });
    expect(all.fitness.refusing).toBeNull();
  });

  it('is proved once more when a run failed while it was being proved', async () => {
    await using all = scene();
    await all.settle(1);
    await waitUntil('it takes runs', () => Promise.resolve(all.state.taking));
    await all.fitness.doubt('a run ended in a fault');
    await all.begun(2);

    await all.fitness.doubt('another run did, too');
    await all.settle(2);
    await all.begun(3);
    const meanwhile = { ...all.state };
    await all.settle(3);
    await waitUntil('it takes runs again', () => Promise.resolve(all.state.taking));

    expect(meanwhile.taking).toBe(false);
  });
});
