/** What docs/benchmarks.md says of runs, as the simulation needs it. */
export interface Measured {
  /** A warm run of each lab, alone on its machine. */
  readonly runSeconds: readonly number[];
  /** How much each further run at once makes a run longer, of its time alone. */
  readonly slowdown: number;
}

const WARM = /^\| [a-z-]+: a warm verdict \| ([\d.]+) s \|/gm;
const QUICKEST = /^\| port-bind: a warm verdict \| ([\d.]+) s \|/m;
const TOGETHER = /^\| (\d+) at once: verdicts a second .*\| ([\d.]+) a second against/m;

/** @throws Error when the page lacks a figure */
export function readMeasured(benchmarks: string): Measured {
  const runSeconds = [...benchmarks.matchAll(WARM)].map((match) => Number(match[1]));
  const alone = Number(QUICKEST.exec(benchmarks)?.[1]);
  const [, atOnce, perSecond] = TOGETHER.exec(benchmarks) ?? [];
  if (runSeconds.length === 0 || !(alone > 0) || atOnce === undefined || perSecond === undefined) {
    throw new Error('the benchmarks lack what is needed: run `npm run bench`, or give times with --times');
  }
  const together = Number(atOnce) / Number(perSecond);
  return { runSeconds, slowdown: Math.max(0, (together / alone - 1) / (Number(atOnce) - 1)) };
}
