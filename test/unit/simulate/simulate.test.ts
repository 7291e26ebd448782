import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type Deadline,
  percentile,
  simulateDeadline,
  workersFor,
} from '../../../scripts/simulate/deadline.ts';
import { readMeasured } from '../../../scripts/simulate/measured.ts';
import { type Arrival, type QueueModel, simulateQueue } from '../../../scripts/simulate/simulate-queue.ts';

const MODEL: QueueModel = {
  workers: 1,
  slots: 1,
  coolDownSeconds: 0,
  slowdown: 0,
  serviceSeconds: () => 10,
  afterVerdict: () => null,
  whileWaiting: () => null,
};

function at(seconds: number, learner: number, lab = 0): Arrival {
  return { at: seconds, learner, lab };
}

function order(arrivals: readonly Arrival[], model: Partial<QueueModel> = {}) {
  const { verdicts } = simulateQueue(arrivals, { ...MODEL, ...model });
  return verdicts.map(({ learner, lab, startedAt }) => `${learner}/${lab}@${startedAt}`);
}

describe('a simulated queue', () => {
  it('serves in order of arrival, one after the other', () => {
    expect(order([at(0, 1), at(1, 2), at(2, 3)])).toEqual(['1/0@0', '2/0@10', '3/0@20']);
  });

  it('spreads over workers before it fills their slots', () => {
    const arrivals = [at(0, 1), at(0, 2), at(0, 3)];

    expect(order(arrivals, { workers: 2, slots: 2, slowdown: 0.5 })).toEqual(['1/0@0', '2/0@0', '3/0@0']);
    const { verdicts } = simulateQueue(arrivals, { ...MODEL, workers: 2, slots: 2, slowdown: 0.5 });
    expect(verdicts.map((verdict) => verdict.finishedAt)).toEqual([10, 10, 15]);
  });

  it('lets who has nothing waiting go before who waits elsewhere', () => {
    expect(order([at(0, 9), at(1, 1, 0), at(2, 1, 1), at(3, 2)])).toEqual([
      '9/0@0',
      '1/0@10',
      '2/0@20',
      '1/1@30',
    ]);
  });

  it('gives the place of an older one at the same lab away, and the newer waits from its own coming', () => {
    const outcome = simulateQueue([at(0, 9), at(1, 1), at(2, 2), at(3, 1)], MODEL);

    expect(outcome.superseded).toBe(1);
    expect(outcome.verdicts.map(({ learner, startedAt }) => [learner, startedAt])).toEqual([
      [9, 0],
      [2, 10],
      [1, 20],
    ]);
    expect(outcome.longestQueue).toBe(2);
  });

  it('sends away during the cool-down, counted from the last graded submission', () => {
    const outcome = simulateQueue([at(0, 1), at(12, 1)], { ...MODEL, coolDownSeconds: 60 });

    expect(outcome.refused).toBe(1);
    expect(outcome.verdicts.map(({ startedAt }) => startedAt)).toEqual([0, 60]);
  });

  it('lets the impatient submit again only while they wait', () => {
    const impatient = { whileWaiting: ({ at: since }: Arrival) => since + 5 };

    expect(simulateQueue([at(0, 1)], { ...MODEL, ...impatient }).superseded).toBe(0);
    expect(simulateQueue([at(0, 1), at(1, 2)], { ...MODEL, ...impatient }).superseded).toBe(1);
  });
});

const DEADLINE: Deadline = {
  seed: 7,
  learners: 200,
  labs: 2,
  windowSeconds: 3_600,
  growthSeconds: 600,
  passes: 0.5,
  thinkSeconds: 300,
  impatient: 0.2,
  patienceSeconds: 60,
  workers: 1,
  slots: 2,
  coolDownSeconds: 60.5,
  slowdown: 0.3,
  runSeconds: [0.5, 3.3, 8.1],
};

describe('a simulated deadline', () => {
  it('is the same for the same seed and another for another', () => {
    expect(simulateDeadline(DEADLINE)).toEqual(simulateDeadline(DEADLINE));
    expect(simulateDeadline({ ...DEADLINE, seed: 8 })).not.toEqual(simulateDeadline(DEADLINE));
  });

  it('grades everybody at least once, and waits less with more workers', () => {
    const few = simulateDeadline(DEADLINE);
    const many = simulateDeadline({ ...DEADLINE, workers: 8 });

    expect(few.verdicts).toBeGreaterThanOrEqual(400);
    expect(many.p95Wait).toBeLessThan(few.p95Wait);
    expect(many.queueAtDeadline).toBeLessThanOrEqual(few.queueAtDeadline);
  });

  it('finds the fewest workers for a bound', () => {
    const workers = workersFor(DEADLINE, 30, 50) ?? 0;

    expect(workers).toBeGreaterThan(1);
    expect(simulateDeadline({ ...DEADLINE, workers }).p95Wait).toBeLessThanOrEqual(30);
    expect(simulateDeadline({ ...DEADLINE, workers: workers - 1 }).p95Wait).toBeGreaterThan(30);
    expect(workersFor({ ...DEADLINE, runSeconds: [4_000] }, 1, 2)).toBeNull();
  });

  it('takes the nearest rank for a percentile', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

    expect([0.5, 0.95, 1].map((share) => percentile(values, share))).toEqual([5, 10, 10]);
    expect(percentile([], 0.5)).toBe(0);
  });
});

describe('the measured times', () => {
  it('are read from the page of the benchmarks', () => {
    const page = readFileSync(new URL('../../../docs/benchmarks.md', import.meta.url), 'utf8');

    const measured = readMeasured(page);

    expect(measured.runSeconds.length).toBeGreaterThanOrEqual(5);
    expect(measured.slowdown).toBeGreaterThanOrEqual(0);
    expect(() => readMeasured('# Benchmarks')).toThrow('npm run bench');
  });
});
