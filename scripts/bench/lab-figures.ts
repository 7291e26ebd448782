import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BARE_LABEL, bareBuild, bareContainer, emptyContainer } from './bare-engine.ts';
import { bareWorkOf } from './bare-work.ts';
import { secondsText, sideBySide, timesOf, type Figure, ratioFigure, type Times } from './measure.ts';
import type { BenchSetup } from './setup-bench.ts';
import { writeFiles } from './write-files.ts';

const run = promisify(execFile);
const ROUNDS = 5;
/** Of a lab that takes that long, so that the whole bench stays within half an hour. */
const LONG_ROUNDS = 3;
const LONG_SECONDS = 10;

export interface LabBudget {
  readonly lab: string;
  readonly solution: string;
  /** Seconds that the lab has to watch, and that no engine call accounts for. */
  readonly watchedSeconds: number;
  readonly mostSeconds: number;
  readonly mostRatio: number;
}

/** What a warm verdict may cost, lab by lab. */
export const LABS: readonly LabBudget[] = [
  { lab: 'port-bind', solution: 'all-interfaces', watchedSeconds: 0, mostSeconds: 1.5, mostRatio: 1.2 },
  { lab: 'exit-immediately', solution: '', watchedSeconds: 3, mostSeconds: 5, mostRatio: 1.3 },
  { lab: 'dns', solution: '', watchedSeconds: 0, mostSeconds: 4, mostRatio: 1.3 },
  { lab: 'image-bloat', solution: '', watchedSeconds: 0, mostSeconds: 4, mostRatio: 1.3 },
  { lab: 'build-cache', solution: '', watchedSeconds: 0, mostSeconds: 4, mostRatio: 1.3 },
  { lab: 'zombies', solution: '', watchedSeconds: 2.4, mostSeconds: 8, mostRatio: 1.3 },
  { lab: 'production', solution: '', watchedSeconds: 0, mostSeconds: 20, mostRatio: 1.3 },
];

/** A warm verdict of each lab against the Engine calls that it needs, in alternation. */
export async function labFigures(
  bench: BenchSetup,
  tell: (line: string) => void,
): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const budget of LABS) {
    const specimen = await bench.solution(budget.lab, budget.solution);
    if (specimen === undefined) continue;
    const bare = await bareWorkOf(bench, budget.lab, specimen);
    const rounds = budget.mostSeconds > LONG_SECONDS ? LONG_ROUNDS : ROUNDS;
    const [ours, theirs] = await sideBySide(rounds, specimen.grade, () => bare.work());
    const worked = ours.median - budget.watchedSeconds * 1000;
    const detail = `${secondsText(ours)} against ${secondsText(theirs)} for builds: ${bare.builds}, images handed out: ${bare.looks}, containers: ${bare.containers}`;
    const watched = budget.watchedSeconds > 0 ? `, after ${budget.watchedSeconds} s of watching` : '';
    figures.push(
      ratioFigure(
        `${budget.lab}: pipeline ÷ bare Engine calls${watched}`,
        worked / theirs.median,
        detail,
        budget.mostRatio,
      ),
      {
        name: `${budget.lab}: a warm verdict`,
        value: ours.median / 1000,
        text: `${(ours.median / 1000).toFixed(2)} s`,
        detail: secondsText(ours),
        target: { text: `≤ ${budget.mostSeconds} s`, met: ours.median / 1000 <= budget.mostSeconds },
      },
    );
    tell(figures.at(-2)?.name ?? '');
  }
  return figures;
}

/** `port-bind` against the commands that the course has learners type. */
export async function byHandFigure(bench: BenchSetup): Promise<readonly Figure[]> {
  const specimen = await bench.solution('port-bind', 'all-interfaces');
  if (specimen === undefined) return [];
  const folder = await mkdtemp(join(tmpdir(), 'labgrader-bench-'));
  await writeFiles(folder, new Map(specimen.files).set('Dockerfile', specimen.dockerfile));
  const docker = (...words: string[]): Promise<unknown> =>
    run('docker', words, { env: { ...process.env, DOCKER_HOST: bench.engineHost } });
  const byHand = async (): Promise<void> => {
    await docker('build', '-q', '--label', BARE_LABEL, '-t', 'labgrader-bench:hand', folder);
    await docker('run', '-d', '--name', 'labgrader-bench-hand', 'labgrader-bench:hand');
    await run('sleep', ['2']);
    await docker(
      'exec',
      'labgrader-bench-hand',
      'python3',
      '-c',
      'import urllib.request as r; r.urlopen("http://localhost:8000/health")',
    );
    await docker('exec', 'labgrader-bench-hand', 'cat', '/proc/net/tcp');
    await docker('stop', 'labgrader-bench-hand');
    await docker('rm', 'labgrader-bench-hand');
  };
  try {
    const [hand, ours] = await sideBySide(ROUNDS, byHand, specimen.grade);
    const value = hand.median / ours.median;
    return [
      {
        name: 'port-bind: by hand ÷ pipeline',
        value,
        text: `${value.toFixed(1)} × faster`,
        // No target: the two seconds are the same on every machine, and the pipeline's are not.
        detail: `${secondsText(hand)} by hand, of which 2 s are the course's own wait, against ${secondsText(ours)}`,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const BARE = 'labgrader-bench:bare';
const AT_ONCE = 4;
const RUNS = 12;
const BATCHES = 9;

/**
 * Verdicts a second with four at once, against the engine doing the same work with nothing looked at, in alternation:
 * the build, the container, and the removal of both, without which no engine could go on.
 */
export async function throughputFigures(bench: BenchSetup): Promise<readonly Figure[]> {
  const specimen = await bench.solution('port-bind', 'all-interfaces');
  if (specimen === undefined) return [];
  let number = 0;
  const bare = async (): Promise<void> => {
    // Of its own, since several are at work at once.
    const tag = `${BARE}-${number++}`;
    await bareBuild(bench.docker, tag, specimen.plan, specimen.files);
    await bareContainer(bench.docker, tag, bench.bareNetwork, specimen.port);
    await bench.docker.getImage(tag).remove({ force: true });
  };
  const [oursMs, theirsMs] = await sideBySide(
    BATCHES,
    () => batchOf(specimen.grade),
    () => batchOf(bare),
  );
  await bareBuild(bench.docker, BARE, specimen.plan, specimen.files);
  const emptyMs = await timesOf(BATCHES, () => batchOf(() => emptyContainer(bench.docker, BARE)));
  const [ours, theirs, empty] = [rateOf(oursMs), rateOf(theirsMs), rateOf(emptyMs)];
  const share = ours / theirs;
  return [
    {
      name: `${AT_ONCE} at once: verdicts a second ÷ the engine's own of the same work`,
      value: share,
      text: `${(share * 100).toFixed(0)} %`,
      detail: `${ours.toFixed(2)} a second against ${theirs.toFixed(2)}`,
      target: { text: '≥ 80 %', met: share >= 0.8 },
    },
    {
      name: `${AT_ONCE} at once: verdicts a second ÷ containers in which nothing runs`,
      value: ours / empty,
      text: `${((ours / empty) * 100).toFixed(0)} %`,
      detail: `${ours.toFixed(2)} a second against ${empty.toFixed(2)}`,
    },
  ];
}

/** All runs of a batch, so many at once. */
async function batchOf(work: () => Promise<unknown>): Promise<void> {
  let left = RUNS;
  const serve = async (): Promise<void> => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, serve));
}

/** Runs a second. */
function rateOf({ median }: Times): number {
  return (RUNS / median) * 1000;
}
