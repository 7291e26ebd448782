import { describe, expect, it } from 'vitest';
import { BuildGate } from '../../../src/adapters/docker/build-gate.ts';
import type { BuildOutcome } from '../../../src/app/ports/bench.ts';

const WELL: BuildOutcome = { ok: true, image: { id: 'sha256:1' }, steps: [], durationMs: 1 };

function failure(message: string, cause: 'failed' | 'memory-limit' = 'failed'): BuildOutcome {
  return { ok: false, cause, message, logTail: [], durationMs: 1 };
}

const settled = (): Promise<void> => Promise.resolve();

/** An attempt that ends with each outcome in turn. */
function attempts(...outcomes: BuildOutcome[]): () => Promise<BuildOutcome> {
  return () => Promise.resolve(outcomes.shift() ?? failure('asked once too often'));
}

describe('BuildGate', () => {
  it('believes a failure that has nothing to do with limits', async () => {
    const gate = new BuildGate();

    expect(await gate.build(attempts(failure('pip: no such package'), WELL), settled)).toMatchObject({
      message: 'pip: no such package',
    });
  });

  it('believes that a command is not there', async () => {
    const missing = 'unable to start container process: exec: "nosuch": executable file not found in $PATH';
    const outcome = await new BuildGate().build(attempts(failure(missing), WELL), settled);

    expect(outcome).toMatchObject({ message: missing });
  });

  it.each([
    failure('runc create failed: fork/exec: resource temporarily unavailable'),
    failure('killed', 'memory-limit'),
    {
      ...failure('process "/bin/sh -c make" did not complete successfully: exit code: 1'),
      logTail: [
        "runc run failed: unable to start container process: can't get final child's PID from pipe: EOF",
      ],
    },
    failure("RuntimeError: can't start new thread"),
  ])('builds again what another build may have starved', async (first) => {
    expect(await new BuildGate().build(attempts(first, WELL), settled)).toBe(WELL);
  });

  it('believes the second failure: by itself a build meets only its own limits', async () => {
    const gate = new BuildGate();
    const first = failure('killed', 'memory-limit');
    const second = failure('killed again', 'memory-limit');

    expect(await gate.build(attempts(first, second), settled)).toBe(second);
  });

  it('lets no other build run beside one that is tried by itself', async () => {
    const gate = new BuildGate();
    const told: string[] = [];
    const slow =
      (name: string, ...outcomes: BuildOutcome[]) =>
      async (): Promise<BuildOutcome> => {
        told.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        told.push(`${name} ends`);
        return outcomes.shift() ?? WELL;
      };
    const starved = gate.build(slow('starved', failure('Cannot fork')), settled);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const neighbour = gate.build(slow('neighbour'), settled);
    await new Promise((resolve) => setTimeout(resolve, 25));
    const late = gate.build(slow('late'), settled);
    await Promise.all([starved, neighbour, late]);

    expect(told).toEqual([
      'starved begins',
      'neighbour begins',
      'starved ends',
      'neighbour ends',
      'starved begins',
      'starved ends',
      'late begins',
      'late ends',
    ]);
  });
});
