import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../../src/client/api-client.ts';
import { type BareWork, bareWorkOf } from '../bare-work.ts';
import type { ServiceUnderLoad } from '../load/service-under-load.ts';
import type { Figure } from '../measure.ts';
import { type BenchSetup, setupBench } from '../setup-bench.ts';
import { labSolution } from './lab-solution.ts';
import { MIXED_LABS, assignMixedLabs } from './mixed-labs.ts';
import { startGradingWorker } from './start-grading-worker.ts';
import { archiveOf, submitArchive } from './submitted-run.ts';

const SLOTS: readonly number[] = [1, 2, 4, 8];
/** So often each lab: 24 runs. */
const TURNS = 4;
const LEAST_SHARE = 0.8;
const MOST_MS = 300_000;
const LOOK_MS = 250;

interface Rates {
  readonly slots: number;
  /** Verdicts a minute. */
  readonly ours: number;
  /** The same builds and containers a minute, with as many at once and nothing looked at. */
  readonly bare: number;
}

/**
 * Verdicts a minute of one worker by its number of slots, mixed labs waiting in the queue, beside what the engine
 * itself does of the same work: the same builds of the same files, as many containers started, answering once and
 * removed, running on for as long as the lab has to watch them, as many at once.
 */
export async function slotsFigures(
  service: ServiceUnderLoad,
  engineHost: string,
): Promise<readonly Figure[]> {
  await assignMixedLabs(service);
  await using bench = await setupBench(engineHost);
  const bare = await bareWorks(bench);
  const rates: Rates[] = [];
  for (const slots of SLOTS) {
    const ours = await verdictsAMinute(service, engineHost, slots);
    rates.push({ slots, ours, bare: await bareAMinute(bare, slots) });
  }
  const best = Math.max(...rates.map(({ ours }) => ours));
  return rates.map(({ slots, ours, bare: theirs }): Figure => {
    const share = ours / theirs;
    return {
      name: `mixed labs, ${slots} ${slots === 1 ? 'slot' : 'slots'}: verdicts a minute`,
      value: ours,
      text: `${ours.toFixed(0)} a minute`,
      detail: `${(share * 100).toFixed(0)} % of the ${theirs.toFixed(0)} a minute that the engine does of the same builds and containers`,
      // Held where the machine gives the most: with fewer slots it waits for labs that have to be watched.
      ...(ours === best && {
        target: { text: `≥ ${LEAST_SHARE * 100} % of the engine’s own`, met: share >= LEAST_SHARE },
      }),
    };
  });
}

/** All of the work is in the queue when the worker comes. From its first claim to its last result. */
async function verdictsAMinute(
  service: ServiceUnderLoad,
  engineHost: string,
  slots: number,
): Promise<number> {
  const signal = AbortSignal.timeout(MOST_MS);
  const archives = await Promise.all(
    MIXED_LABS.map(async ({ lab, solution }) => {
      const { files } = await labSolution(lab, solution);
      return { lab, bytes: await archiveOf(files) };
    }),
  );
  // A learner's own older submission would give way to the newer one.
  const { learners } = await service.people(TURNS);
  const submissions: string[] = [];
  for (const token of learners) {
    const client = new ApiClient({ server: service.url, token });
    for (const { lab, bytes } of archives) submissions.push(await submitArchive(client, lab, bytes, signal));
  }
  await using _worker = await startGradingWorker(service, engineHost, slots);
  for (;;) {
    const [row] = await service.sql(
      `SELECT count(*) FILTER (WHERE state = 'done')::int AS done, count(*) FILTER (WHERE verdict = 'passed')::int AS passed,
              extract(epoch FROM max(finished_at) - min(started_at))::float AS seconds
       FROM run WHERE submission_id = ANY($1::uuid[])`,
      [submissions],
    );
    if (row?.['done'] === submissions.length) {
      if (row['passed'] !== submissions.length) throw new Error('not every mixed lab was passed');
      return (submissions.length / Number(row['seconds'])) * 60;
    }
    await sleep(LOOK_MS, undefined, { signal });
  }
}

interface Watched {
  readonly bare: BareWork;
  readonly watchedMs: number;
}

async function bareWorks(bench: BenchSetup): Promise<readonly Watched[]> {
  const works: Watched[] = [];
  for (const { lab, solution, watchedSeconds } of MIXED_LABS) {
    const specimen = await bench.solution(lab, solution);
    if (specimen === undefined) throw new Error(`${lab} has no solution`);
    works.push({ bare: await bareWorkOf(bench, lab, specimen), watchedMs: watchedSeconds * 1000 });
  }
  return works;
}

async function bareAMinute(works: readonly Watched[], atOnce: number): Promise<number> {
  const left = Array.from({ length: TURNS }, () => works).flat();
  const count = left.length;
  const serve = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) await next.bare.work(next.watchedMs);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, serve));
  return (count / (performance.now() - began)) * 60_000;
}
