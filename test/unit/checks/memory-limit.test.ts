import { describe, expect, it } from 'vitest';
import { memoryLimit } from '../../../src/checks/memory-limit.ts';
import { fakeContainer, fakeSubject, RUNNING } from './support/fake-subject.ts';

function run(memoryBytes: number) {
  const app = fakeContainer({
    state: () => Promise.resolve({ ...RUNNING, limits: { memoryBytes, cpus: 0 } }),
  });
  return memoryLimit.run(fakeSubject({ app }), { limitMiB: 512 }, AbortSignal.timeout(5_000));
}

describe('memory-limit', () => {
  it('passes with exactly the limit that was asked for', async () => {
    expect((await run(512 * 1_048_576)).status).toBe('passed');
  });

  it('fails without a limit and with another one', async () => {
    expect((await run(0)).finding).toBe('no-limit');
    expect((await run(512_000_000)).finding).toBe('other-limit');
  });
});
