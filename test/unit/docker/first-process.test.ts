import { describe, expect, it } from 'vitest';
import { FirstProcess } from '../../../src/adapters/docker/first-process.ts';
import { ContainerGone } from '../../../src/app/ports/container-gone.ts';

const signal = new AbortController().signal;

/** A container whose first processes have these pids, one inspection after the other; 0 where it has ended. */
function processOf(...pids: number[]) {
  const counted = { inspections: 0, nowMs: 0 };
  const inspect = (): Promise<number> => {
    counted.inspections++;
    return Promise.resolve(pids.length > 1 ? (pids.shift() ?? 0) : (pids[0] ?? 0));
  };
  const first = new FirstProcess('api', { inspect, canAnswer: () => true, now: () => counted.nowMs });
  return { first, counted };
}

/** Answers of this process alone. */
function onlyOf(alive: number): (pid: number) => Promise<number> {
  return (pid) => (pid === alive ? Promise.resolve(pid) : Promise.reject(new Error(`no process ${pid}`)));
}

describe('FirstProcess', () => {
  it('costs one inspection for several questions of one moment', async () => {
    const { first, counted } = processOf(7);
    const pids = [await first.ask(onlyOf(7), signal), await first.ask(onlyOf(7), signal)];

    expect(pids).toEqual([7, 7]);
    expect(counted.inspections).toBe(1);
  });

  it('costs none right after the engine has told of it', async () => {
    const { first, counted } = processOf(7);
    first.see(7, 0);

    expect(await first.ask(onlyOf(7), signal)).toBe(7);
    expect(counted.inspections).toBe(0);
  });

  it('is looked for again a moment later', async () => {
    const { first, counted } = processOf(7, 8);
    await first.ask(onlyOf(7), signal);
    counted.nowMs = 1_000;

    expect(await first.ask(onlyOf(8), signal)).toBe(8);
  });

  it('is looked for again once something was done to the container', async () => {
    const { first } = processOf(7, 8);
    await first.ask(onlyOf(7), signal);
    first.forget();

    expect(await first.ask(onlyOf(8), signal)).toBe(8);
  });

  it('is asked as the one that it is now where the container was restarted in the same moment', async () => {
    const { first } = processOf(8);
    first.see(7, 0);

    expect(await first.ask(onlyOf(8), signal)).toBe(8);
  });

  it('is gone where the container ended before the question, or restarted during it', async () => {
    const ended = processOf(0);
    ended.first.see(7, 0);
    const restarted = processOf(7, 8);

    await expect(ended.first.ask(onlyOf(8), signal)).rejects.toBeInstanceOf(ContainerGone);
    await expect(restarted.first.ask(onlyOf(8), signal)).rejects.toBeInstanceOf(ContainerGone);
  });

  it('is gone where the engine hears of its end a little after the kernel', async () => {
    const { first } = processOf(7, 7, 7, 0);

    await expect(first.ask(onlyOf(8), signal)).rejects.toBeInstanceOf(ContainerGone);
  });

  it('leaves a failure that has nothing to do with its end as it is', async () => {
    const { first } = processOf(7);

    await expect(first.ask(() => Promise.reject(new Error('full')), signal)).rejects.toThrow('full');
  });
});
