import { describe, expect, it } from 'vitest';
import { RepositoryUse } from '../../../src/adapters/git/repository-use.ts';

const FOREVER = new AbortController().signal;

/** Housekeeping that goes on until it is ended, and then takes a while to be over. */
function endless(trace: string[]): (signal: AbortSignal) => Promise<void> {
  return (signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        setImmediate(() => {
          trace.push('over');
          reject(new Error('ended'));
        });
      });
    });
}

describe('the use of a repository', () => {
  it('lets no housekeeping begin while a request holds it', async () => {
    const use = new RepositoryUse();
    const release = await use.hold('a');
    const other = await use.hold('a');
    release();
    release();

    const during = await use.tidy('a', FOREVER, () => Promise.reject(new Error('begun')));
    other();
    const after = await use.tidy('a', FOREVER, () => Promise.resolve());

    expect([during, after]).toEqual([false, true]);
    expect(use.isServing).toBe(false);
  });

  it('ends the housekeeping for a request, which begins when that is over', async () => {
    const use = new RepositoryUse();
    const trace: string[] = [];
    const tidying = use.tidy('a', FOREVER, endless(trace));

    await use.hold('a');
    trace.push('held');

    expect(trace).toEqual(['over', 'held']);
    expect(await tidying).toBe(false);
  });

  it('leaves the housekeeping of another repository alone', async () => {
    const use = new RepositoryUse();
    const trace: string[] = [];
    const ending = new AbortController();
    const tidying = use.tidy('a', ending.signal, endless(trace));

    await use.hold('b');
    expect(trace).toEqual([]);
    ending.abort();

    await expect(tidying).rejects.toThrow('ended');
  });

  it('tells what went wrong in the housekeeping', async () => {
    const use = new RepositoryUse();

    await expect(use.tidy('a', FOREVER, () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  });
});
