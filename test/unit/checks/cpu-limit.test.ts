import { describe, expect, it } from 'vitest';
import { cpuLimit } from '../../../src/checks/cpu-limit.ts';
import { fakeContainer, fakeSubject, RUNNING } from './support/fake-subject.ts';

function run(cpus: number) {
  const app = fakeContainer({
    state: () => Promise.resolve({ ...RUNNING, limits: { memoryBytes: 0, cpus } }),
  });
  return cpuLimit.run(fakeSubject({ app }), { cpus: 0.3 }, AbortSignal.timeout(5_000));
}

describe('cpu-limit', () => {
  it('passes with exactly the limit that was asked for, however the number was come by', async () => {
    expect((await run(0.3)).status).toBe('passed');
    expect((await run(0.1 + 0.2)).status).toBe('passed');
  });

  it('fails without a limit and with another one', async () => {
    expect((await run(0)).finding).toBe('no-limit');
    expect((await run(0.31)).finding).toBe('other-limit');
    expect((await run(0.31)).observed).toContain('0.31 cores');
  });
});
