import { describe, expect, it } from 'vitest';
import { watchDisk } from '../../../src/adapters/docker/disk-watch.ts';

const never = new AbortController().signal;

/** A disk whose free bytes are told one after the other; the last ones stay. */
function disk(...free: readonly number[]): () => Promise<number> {
  let at = 0;
  return () => Promise.resolve(free[Math.min(at++, free.length - 1)] ?? 0);
}

describe('the watch over a disk', () => {
  it('tells who has written more than they may', async () => {
    expect(await watchDisk(disk(1000, 600), { everyMs: 5, mostBytes: 300, floorBytes: 0 }, never)).toBe(
      'overgrown',
    );
  });

  it('blames nobody for what others have written', async () => {
    const bounds = { everyMs: 5, mostBytes: 300, floorBytes: 100, ownBytes: () => Promise.resolve(10) };

    expect(await watchDisk(disk(1000, 600, 50), bounds, never)).toBe('low');
  });

  it('isn’t deceived by what others set free', async () => {
    const bounds = { everyMs: 5, mostBytes: 300, floorBytes: 0, ownBytes: () => Promise.resolve(400) };

    expect(await watchDisk(disk(1000, 3000, 2600), bounds, never)).toBe('overgrown');
  });

  it('sees what is written though others set as much free at once', async () => {
    const bounds = { everyMs: 5, mostBytes: 300, floorBytes: 0, ownBytes: () => Promise.resolve(400) };

    expect(await watchDisk(disk(1000), bounds, AbortSignal.timeout(20_000))).toBe('overgrown');
  });

  it('asks again where it could not be measured once', async () => {
    let asked = 0;
    const ownBytes = (): Promise<number> =>
      ++asked === 1 ? Promise.reject(new Error('busy')) : Promise.resolve(400);
    const bounds = { everyMs: 5, mostBytes: 300, floorBytes: 0, ownBytes };

    expect(await watchDisk(disk(1000, 600), bounds, AbortSignal.timeout(20_000))).toBe('overgrown');
  });

  it('counts from before it was asked, where it is told so', async () => {
    const bounds = { everyMs: 5, mostBytes: 300, floorBytes: 0, beforeBytes: 1000 };

    expect(await watchDisk(disk(500), bounds, never)).toBe('overgrown');
  });

  it('ends with its signal, and with a disk that can’t be asked', async () => {
    const bounds = { everyMs: 5, mostBytes: 300, floorBytes: 0 };

    expect(await watchDisk(disk(1000), bounds, AbortSignal.timeout(50))).toBeUndefined();
    expect(await watchDisk(() => Promise.reject(new Error('gone')), bounds, never)).toBeUndefined();
  });
});
