import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../../src/client/api-client.ts';
import { composeGrader } from '../../../src/compose-grader.ts';
import { type FileSet, textFile } from '../../../src/core/file-set.ts';
import type { ServiceUnderLoad } from '../load/service-under-load.ts';
import { type Figure, secondsText, spreadOf } from '../measure.ts';
import { type LabSolution, labSolution } from './lab-solution.ts';
import { startGradingWorker } from './start-grading-worker.ts';
import { type RunTimes, archiveOf, submittedRun } from './submitted-run.ts';

const LAB = 'port-bind';
const ROUNDS = 40;
const WARM_UP = 4;
/** As a service that has been up for an hour: its code is compiled, its statements are planned. */
const TURNED_AWAY = 150;
const MOST_MS = 60;
/** What a run leaves is removed meanwhile, so that it is not the next one's to wait for. */
const PAUSE_MS = 700;
const RUN_MS = 120_000;

/**
 * From the request to the verdict in the learner's ears, through API, queue, worker and database, over what the
 * command-line pipeline takes for the same submission on the same engine, in alternation: each goes first as often.
 */
export async function overheadFigures(
  service: ServiceUnderLoad,
  engineHost: string,
): Promise<readonly Figure[]> {
  const solution = await labSolution(LAB, 'all-interfaces');
  const archive = await archiveOf(solution.files);
  const { learners } = await service.people(ROUNDS + WARM_UP);
  await using _worker = await startGradingWorker(service, engineHost, 1);
  await turnAway(service, solution.files);
  await using grader = await composeGrader({
    engineHost,
    slots: 1,
    builds: { memoryMiB: 2048, processes: 512 },
    buildCacheGiB: 20,
  });
  await grader.warm();
  const submitted: RunTimes[] = [];
  const alone: number[] = [];
  for (const [round, token] of learners.entries()) {
    const client = new ApiClient({ server: service.url, token });
    const submit = async (): Promise<void> => {
      const times = await submittedRun(client, LAB, archive, AbortSignal.timeout(RUN_MS));
      if (round >= WARM_UP) submitted.push(times);
      await sleep(PAUSE_MS);
    };
    const grade = async (): Promise<void> => {
      const ms = await timeOf(() => gradeOnce(grader, solution));
      if (round >= WARM_UP) alone.push(ms);
      await sleep(PAUSE_MS);
    };
    for (const take of round % 2 === 0 ? [submit, grade] : [grade, submit]) await take();
  }
  return figuresOf(submitted, alone);
}

/** Has projects go the whole way through API, queue, worker and database that the policy turns away: none is built. */
async function turnAway(service: ServiceUnderLoad, files: FileSet): Promise<void> {
  const refused = new Map(files).set('Dockerfile', textFile('FROM a-base-that-is-not-offered\n'));
  const archive = await archiveOf(refused);
  const { learners } = await service.people(TURNED_AWAY);
  for (const token of learners) {
    const client = new ApiClient({ server: service.url, token });
    await submittedRun(client, LAB, archive, AbortSignal.timeout(RUN_MS), 'rejected');
  }
}

function figuresOf(submitted: readonly RunTimes[], alone: readonly number[]): readonly Figure[] {
  const whole = submitted.map(({ sentAt, heardAt }) => heardAt - sentAt);
  const part = (of: (times: RunTimes) => number): number => spreadOf(submitted.map(of)).median;
  // Each against the run right beside it, so that what the machine does besides meets both.
  const over = spreadOf(whole.map((ms, round) => ms - (alone[round] ?? 0)));
  const before = part(({ sentAt, claimedAt }) => claimedAt - sentAt);
  const grading = part(({ claimedAt, recordingAt }) => recordingAt - claimedAt);
  const after = part(({ recordingAt, heardAt }) => heardAt - recordingAt);
  return [
    {
      name: `${LAB}: from the request to the verdict, over the command-line pipeline`,
      value: over.median,
      text: `${over.median.toFixed(0)} ms`,
      detail: `half of the pairs ${over.low.toFixed(0)}–${over.high.toFixed(0)} ms; ${secondsText(spreadOf(whole))} against ${secondsText(spreadOf(alone))}`,
      target: { text: `≤ ${MOST_MS} ms`, met: over.median <= MOST_MS },
    },
    {
      name: `${LAB}: of that way, outside of grading`,
      value: before + after,
      text: `${(before + after).toFixed(0)} ms`,
      detail: `${before.toFixed(0)} ms to the claim, ${after.toFixed(0)} ms from the last check to the verdict heard; ${grading.toFixed(0)} ms between, against ${spreadOf(alone).median.toFixed(0)} ms alone`,
    },
  ];
}

async function gradeOnce(
  grader: Pick<Awaited<ReturnType<typeof composeGrader>>, 'grade'>,
  { scenario, files }: LabSolution,
): Promise<void> {
  const job = { runId: `bench-${randomBytes(5).toString('hex')}`, scenario, files };
  const report = await grader.grade(job, () => undefined, AbortSignal.timeout(RUN_MS));
  if (report.verdict !== 'passed') throw new Error(`${scenario.id}: ${report.summary}`);
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
