import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Deadline, type DeadlineFigures, simulateDeadline, workersFor } from './simulate/deadline.ts';
import { type Measured, readMeasured } from './simulate/measured.ts';

const BENCHMARKS = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));
const MOST_WORKERS = 500;
const number = z.coerce.number().min(0);
const whole = z.coerce.number().int().min(1);

/** Each option with its default; seconds where nothing else is said. */
const Options = z.object({
  learners: whole.max(100_000).default(1_000),
  labs: whole.max(20).default(1),
  workers: whole.max(MOST_WORKERS).default(2),
  slots: whole.max(64).default(2),
  minutes: whole.max(1_440).default(60),
  /** Minutes in which first submissions get e times as many. */
  growth: number.default(15),
  passes: number.max(1).default(0.5),
  think: number.default(300),
  impatient: number.max(1).default(0.2),
  patience: number.default(60),
  'cool-down': number.default(60),
  /** What 95 of 100 should wait at most. */
  bound: number.default(60),
  seed: z.coerce.number().int().default(1),
  /** A JSON array of seconds, instead of docs/benchmarks.md; with `slowdown`. */
  times: z.string().optional(),
  slowdown: number.optional(),
});

const { values } = parseArgs({
  options: Object.fromEntries(Object.keys(Options.shape).map((name) => [name, { type: 'string' as const }])),
});
const options = Options.parse(values);
const measured = await measurements();
const deadline: Deadline = {
  ...measured,
  seed: options.seed,
  learners: options.learners,
  labs: options.labs,
  windowSeconds: options.minutes * 60,
  growthSeconds: options.growth * 60,
  passes: options.passes,
  thinkSeconds: options.think,
  impatient: options.impatient,
  patienceSeconds: options.patience,
  workers: options.workers,
  slots: options.slots,
  coolDownSeconds: options['cool-down'],
};
const mean = measured.runSeconds.reduce((sum, seconds) => sum + seconds, 0) / measured.runSeconds.length;
const lines = [
  `${options.learners} learners, ${options.labs} lab${options.labs === 1 ? '' : 's'}, the last ${options.minutes} minutes, seed ${options.seed}`,
  `a run takes ${mean.toFixed(1)} s alone (${measured.runSeconds.length} measured), ` +
    `${(measured.slowdown * 100).toFixed(0)} % longer for each other at once on its worker`,
  '',
  ...figureLines(simulateDeadline(deadline)),
  '',
  needed(),
];
process.stdout.write(`${lines.join('\n')}\n`);

async function measurements(): Promise<Measured> {
  if (options.times === undefined) {
    const { runSeconds, slowdown } = readMeasured(await readFile(BENCHMARKS, 'utf8'));
    return { runSeconds, slowdown: options.slowdown ?? slowdown };
  }
  const runSeconds = z
    .array(z.number().positive())
    .min(1)
    .parse(JSON.parse(await readFile(options.times, 'utf8')));
  return { runSeconds, slowdown: options.slowdown ?? 0 };
}

function figureLines(figures: DeadlineFigures): string[] {
  const row = (name: string, value: string): string => `${name.padEnd(24)} ${value}`;
  return [
    row('workers × slots', `${options.workers} × ${options.slots}`),
    row(
      'verdicts',
      `${figures.verdicts} (${figures.superseded} superseded, ${figures.refused} sent away by the cool-down)`,
    ),
    row('wait: median', seconds(figures.medianWait)),
    row('wait: 95 of 100', seconds(figures.p95Wait)),
    row('wait: longest', seconds(figures.maxWait)),
    row('queue: longest', String(figures.longestQueue)),
    row('queue at the deadline', String(figures.queueAtDeadline)),
    row(
      'verdicts after it',
      `${figures.verdictsAfterDeadline}, the last ${seconds(figures.lastAfterSeconds)} after`,
    ),
  ];
}

function needed(): string {
  const workers = workersFor(deadline, options.bound, MOST_WORKERS);
  const what = `for 95 of 100 to wait ${options.bound} s at most`;
  return workers === null
    ? `more than ${MOST_WORKERS} workers of ${options.slots} slots are needed ${what}`
    : `${workers} ${workers === 1 ? 'worker of' : 'workers of'} ${options.slots} slots ${workers === 1 ? 'is' : 'are'} enough ${what}`;
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}
