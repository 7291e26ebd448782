import { exponential, seeded } from './random.ts';
import { type Arrival, type Outcome, simulateQueue } from './simulate-queue.ts';

/** One course before a deadline. */
export interface Deadline {
  readonly seed: number;
  readonly learners: number;
  /** Labs that are due together: a learner may wait at several. */
  readonly labs: number;
  readonly windowSeconds: number;
  /** First submissions get e times as many in so long. */
  readonly growthSeconds: number;
  /** Share of verdicts after which a learner is done with a lab. */
  readonly passes: number;
  /** Mean time that a learner works between verdict and next attempt. */
  readonly thinkSeconds: number;
  /** Share of learners who submit once more when they have waited `patienceSeconds`. */
  readonly impatient: number;
  readonly patienceSeconds: number;
  readonly workers: number;
  readonly slots: number;
  readonly coolDownSeconds: number;
  readonly slowdown: number;
  /** Seconds of runs as measured: each is as likely as the others. */
  readonly runSeconds: readonly number[];
}

export interface DeadlineFigures {
  readonly verdicts: number;
  readonly superseded: number;
  readonly refused: number;
  readonly medianWait: number;
  readonly p95Wait: number;
  readonly maxWait: number;
  readonly longestQueue: number;
  readonly queueAtDeadline: number;
  readonly verdictsAfterDeadline: number;
  /** Until the last verdict, after the deadline. */
  readonly lastAfterSeconds: number;
}

/** Plays the last hour. Waits are from submission to the start of grading. */
export function simulateDeadline(deadline: Deadline): DeadlineFigures {
  const random = seeded(deadline.seed);
  const { windowSeconds, runSeconds } = deadline;
  const inTime = (at: number): number | null => (at < windowSeconds ? at : null);
  const outcome = simulateQueue(arrivalsOf(deadline, random), {
    ...deadline,
    serviceSeconds: () => runSeconds[Math.floor(random() * runSeconds.length)] ?? 0,
    afterVerdict: ({ at }) =>
      random() < deadline.passes ? null : inTime(at + exponential(random, deadline.thinkSeconds)),
    whileWaiting: ({ at }) => (random() < deadline.impatient ? inTime(at + deadline.patienceSeconds) : null),
  });
  return figuresOf(outcome, windowSeconds);
}

/** The fewest workers with which 95 of 100 wait no longer than `bound` seconds; null beyond `most`. */
export function workersFor(deadline: Deadline, bound: number, most: number): number | null {
  for (let workers = 1; workers <= most; workers += 1) {
    if (simulateDeadline({ ...deadline, workers }).p95Wait <= bound) return workers;
  }
  return null;
}

/** The value below which `share` of the sorted values lie: the nearest rank. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function arrivalsOf(deadline: Deadline, random: () => number): Arrival[] {
  const { windowSeconds, growthSeconds } = deadline;
  const whole = Math.expm1(windowSeconds / growthSeconds);
  const arrivals: Arrival[] = [];
  for (let learner = 0; learner < deadline.learners; learner += 1) {
    for (let lab = 0; lab < deadline.labs; lab += 1) {
      arrivals.push({ learner, lab, at: growthSeconds * Math.log1p(random() * whole) });
    }
  }
  return arrivals;
}

function figuresOf(outcome: Outcome, end: number): DeadlineFigures {
  const waits = outcome.verdicts.map(({ at, startedAt }) => startedAt - at).sort((a, b) => a - b);
  const after = outcome.verdicts.filter(({ finishedAt }) => finishedAt > end);
  return {
    verdicts: outcome.verdicts.length,
    superseded: outcome.superseded,
    refused: outcome.refused,
    medianWait: percentile(waits, 0.5),
    p95Wait: percentile(waits, 0.95),
    maxWait: waits.at(-1) ?? 0,
    longestQueue: outcome.longestQueue,
    queueAtDeadline: outcome.queue.findLast(({ at }) => at <= end)?.length ?? 0,
    verdictsAfterDeadline: after.length,
    lastAfterSeconds: after.reduce((most, { finishedAt }) => Math.max(most, finishedAt - end), 0),
  };
}
