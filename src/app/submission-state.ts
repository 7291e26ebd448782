import type { Report } from '../core/report.ts';
import type { Clock } from './ports/clock.ts';
import type { RunQueue } from './ports/run-queue.ts';
import type { RunRecord, RunWait, Runs } from './ports/runs.ts';
import type { Scenarios } from './ports/scenarios.ts';
import type { SubmissionRecord, Submissions } from './ports/submissions.ts';
import { changesOf, type FileChanges } from './see-submission.ts';

/** Everything that a view of a submission is made of, whoever looks at it. */
export interface SubmissionState {
  readonly record: SubmissionRecord;
  readonly runs: readonly RunRecord[];
  readonly report: Report | null;
  readonly previous: SubmissionRecord | null;
  readonly changes: FileChanges | null;
  readonly wait: ExpectedWait;
}

/** Place in the queue, and how long that takes; each is null where it can't be known. */
export interface ExpectedWait {
  readonly position: number | null;
  readonly expectedWaitSeconds: number | null;
}

/** Of what doesn't wait. */
export const NO_WAIT: ExpectedWait = { position: null, expectedWaitSeconds: null };

interface Deps {
  readonly submissions: Submissions;
  readonly runs: Runs;
  readonly scenarios: Scenarios;
  readonly queue: RunQueue;
  readonly clock: Clock;
}

/** Reads all of it. Files never change: `before`, where there is one, saves reading them again. */
export async function stateOf(
  deps: Deps,
  record: SubmissionRecord,
  before?: SubmissionState,
): Promise<SubmissionState> {
  const { countingRunId } = record;
  const [runs, previous, report] = await Promise.all([
    deps.runs.ofSubmission(record.id),
    deps.submissions.previous(record),
    countingRunId === null ? null : deps.runs.report(countingRunId),
  ]);
  const first = firstRun(runs);
  const known =
    before?.previous?.id === previous?.id && record.filesRemovedAt === null ? before?.changes : null;
  const [changes, wait] = await Promise.all([
    known ?? changesOf(deps, record, previous),
    record.status === 'queued' && first !== undefined ? waitOf(deps, first.id) : NO_WAIT,
  ]);
  return { record, runs, report, previous, changes, wait };
}

/** The run that a submission was made for. */
export function firstRun(runs: readonly RunRecord[]): RunRecord | undefined {
  return runs.find((run) => run.kind !== 'regrade');
}

/** How a run waits. */
export async function waitOf(
  deps: Pick<Deps, 'runs' | 'queue' | 'clock'>,
  runId: string,
): Promise<ExpectedWait> {
  const wait = await deps.runs.wait(runId, deps.clock.now());
  return wait === null ? NO_WAIT : expectedWait(deps, runId, wait);
}

/** By how long the last runs took, and how many are taken at once just now. */
export async function expectedWait(
  deps: Pick<Deps, 'queue'>,
  runId: string,
  { position: counted, atLeast, faults, meanSeconds, slots }: RunWait,
): Promise<ExpectedWait> {
  const position = counted ?? (await deps.queue.place({ runId, faults })) ?? atLeast;
  if (meanSeconds === null || slots === 0) return { position, expectedWaitSeconds: null };
  return { position, expectedWaitSeconds: Math.round((position * meanSeconds) / slots) };
}
