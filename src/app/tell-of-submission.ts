import type { CheckResult } from '../core/check-result.ts';
import { reduceEvent, reduceReport, type ShownFeedback } from '../core/feedback.ts';
import type { RunEvent } from '../core/run-event.ts';
import { isOver } from '../core/standing.ts';
import type { Actor } from './actor.ts';
import { pause } from './every.ts';
import type { Clock } from './ports/clock.ts';
import type { WriteLine } from './ports/git-remote.ts';
import type { RunFeed } from './ports/run-feed.ts';
import type { Runs } from './ports/runs.ts';
import type { SubmissionRecord, Submissions } from './ports/submissions.ts';
import { checkLines, findingLine, phaseLine } from './push-lines.ts';
import { feedbackFor } from './see-submission.ts';
import { firstRun } from './submission-state.ts';

interface Deps {
  readonly submissions: Submissions;
  readonly runs: Runs;
  readonly feed: RunFeed;
  readonly clock: Clock;
}

/** Stored states are looked at this often, should a change not be heard of. */
const LOOK_EVERY_MS = 1_000;

/**
 * Writes what goes on with a submission, line by line, until it is over or nobody watches. True once it is over.
 * What the learner isn't shown by the assignment's feedback isn't written.
 */
export async function tellOfSubmission(
  deps: Deps,
  actor: Actor,
  submissionId: string,
  write: WriteLine,
  signal: AbortSignal,
): Promise<boolean> {
  const ended = new AbortController();
  const watching = AbortSignal.any([signal, ended.signal]);
  try {
    const first = await deps.submissions.find(submissionId);
    if (first === null) return true;
    const telling = new Telling(write, feedbackFor(actor, first, deps.clock.now()));
    const changed = changes(deps, submissionId, watching);
    const run = firstRun(await deps.runs.ofSubmission(submissionId));
    await followRun(deps, run?.id ?? '', telling, watching);
    let record: SubmissionRecord | null = first;
    while (record !== null && !isOver(record.status)) {
      if (record.status === 'fault') telling.fault();
      await changed.next();
      if (isAborted(signal)) return false;
      record = await deps.submissions.find(submissionId);
    }
    if (record !== null) await tellEnd(deps, record, telling);
    return true;
  } finally {
    ended.abort();
  }
}

/** Writes each thing once, whichever way it is heard of. */
class Telling {
  readonly shown: ShownFeedback;
  readonly write: WriteLine;
  readonly #phases = new Set<string>();
  readonly #checks = new Set<string>();
  #fault = false;

  constructor(write: WriteLine, shown: ShownFeedback) {
    this.write = write;
    this.shown = shown;
  }

  event(told: RunEvent): void {
    const event = reduceEvent(told, this.shown);
    if (event === null) return;
    if (event.type === 'phase') {
      const line = phaseLine(event.phase);
      if (line !== null && !this.#phases.has(event.phase)) this.write(line);
      this.#phases.add(event.phase);
    }
    if (event.type === 'check') this.check(event.result);
  }

  check(result: CheckResult): void {
    if (this.#checks.has(result.id)) return;
    this.#checks.add(result.id);
    for (const line of checkLines(result)) this.write(line);
  }

  fault(): void {
    if (!this.#fault)
      this.write('The grader itself has a fault. Staff see it; nothing of yours is lost by it.');
    this.#fault = true;
  }
}

async function followRun(deps: Deps, runId: string, telling: Telling, signal: AbortSignal): Promise<void> {
  const early: RunEvent[] = [];
  let live = false;
  // Followed before the history is read, so that nothing falls between the two; what comes twice is written once.
  await deps.feed.follow(
    runId,
    (entry) => {
      if (live) telling.event(entry.event);
      else early.push(entry.event);
    },
    signal,
  );
  for (const entry of await deps.feed.history(runId)) telling.event(entry.event);
  for (const event of early) telling.event(event);
  live = true;
}

async function tellEnd(deps: Deps, record: SubmissionRecord, telling: Telling): Promise<void> {
  if (record.status !== 'done') {
    telling.write(
      record.status === 'superseded' ? 'A newer submission took its place.' : 'It was cancelled.',
    );
    return;
  }
  const stored = record.countingRunId === null ? null : await deps.runs.report(record.countingRunId);
  const report = stored && reduceReport(stored, telling.shown);
  for (const check of report?.checks ?? []) telling.check(check);
  for (const finding of report?.policy ?? []) telling.write(findingLine(finding));
  const attempt = record.verdict === 'rejected' ? ' No attempt was used.' : '';
  telling.write(`Verdict: ${record.verdict ?? 'none'}, score ${record.score ?? 0} of 100.${attempt}`);
}

/** Waits for the next change of a submission; one that came while nobody waited isn't lost. */
function changes(deps: Pick<Deps, 'feed'>, submissionId: string, signal: AbortSignal) {
  let heard = false;
  let wake: AbortController | null = null;
  deps.feed.onChange((change) => {
    if (change.submissionId !== submissionId) return;
    heard = true;
    wake?.abort();
  }, signal);
  return {
    async next(): Promise<void> {
      if (!heard) {
        wake = new AbortController();
        await pause(LOOK_EVERY_MS, AbortSignal.any([wake.signal, signal]));
      }
      heard = false;
    },
  };
}

// A function, because the compiler takes the first answer for the last.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
