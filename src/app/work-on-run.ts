import { GraderFault } from '../core/grader-fault.ts';
import type { Report } from '../core/report.ts';
import type { Phase } from '../core/run-event.ts';
import type { Clock } from './ports/clock.ts';
import type { Grader } from './ports/grader.ts';
import type { RunFeed } from './ports/run-feed.ts';
import type { RunQueue } from './ports/run-queue.ts';
import type { RunTrace, RunTraces } from './ports/run-traces.ts';
import type { ClaimedRun, RunChange, Runs } from './ports/runs.ts';
import type { Scenarios } from './ports/scenarios.ts';
import type { Submissions } from './ports/submissions.ts';
import { ringFor } from './ring-for.ts';

export interface WorkDeps {
  readonly runs: Runs;
  readonly submissions: Submissions;
  readonly scenarios: Scenarios;
  readonly queue: RunQueue;
  readonly feed: RunFeed;
  readonly clock: Clock;
  readonly grade: Grader;
  readonly traces: RunTraces;
}

export interface WorkOptions {
  readonly worker: string;
  readonly leaseMs: number;
  readonly faultLimit: number;
}

/** What came of hearing the bell. `skipped`: somebody else had it, or it was over. */
export type WorkOutcome =
  | { readonly outcome: 'skipped' | 'lost' | 'handed-back' }
  | { readonly outcome: 'recorded'; readonly report: Report; readonly durationMs: number }
  | { readonly outcome: 'fault'; readonly givenUp: boolean; readonly error: unknown };

/**
 * Claims a run, grades it while renewing the lease, and records what came of it once. Aborting `signal` hands the run
 * back untouched.
 */
export async function workOnRun(
  deps: WorkDeps,
  options: WorkOptions,
  runId: string,
  signal: AbortSignal,
): Promise<WorkOutcome> {
  if (signal.aborted) return { outcome: 'skipped' };
  const claimed = await deps.runs.claim(runId, options.worker, deps.clock.now(), options.leaseMs);
  if (claimed === null) return { outcome: 'skipped' };
  deps.feed.announce(claimed.change);
  const trace = await deps.traces.claimed(runId, options.worker);
  const outcome = await workOnClaim(deps, options, claimed, trace, signal);
  trace.ended(outcome.outcome, outcome.outcome === 'fault' ? outcome.error : undefined);
  return outcome;
}

async function workOnClaim(
  deps: WorkDeps,
  options: WorkOptions,
  { claim, change }: { readonly claim: ClaimedRun; readonly change: RunChange },
  trace: RunTrace,
  signal: AbortSignal,
): Promise<WorkOutcome> {
  const { runId } = claim;
  const started = performance.now();
  const phase = (name: Phase): void => {
    deps.feed.tell(runId, { type: 'phase', phase: name, atMs: deps.clock.now().getTime() });
    if (name !== 'claimed' && name !== 'done') trace.phase(name);
  };
  phase('claimed');
  using lease = keepLease(deps, claim, options.leaseMs);
  try {
    const report = await gradeClaimed(deps, claim, trace, AbortSignal.any([signal, lease.lost]));
    phase('recording');
    const recorded = await deps.runs.record(claim, report, deps.clock.now());
    if (recorded === null) return await giveWay(deps, change);
    phase('done');
    await deps.feed.flush();
    deps.feed.announce(change);
    return { outcome: 'recorded', report, durationMs: performance.now() - started };
  } catch (error) {
    if (lease.lost.aborted) return await giveWay(deps, change);
    if (isAborted(signal)) return await handBack(deps, claim);
    return await countFault(deps, options, claim, error);
  }
}

async function gradeClaimed(
  deps: WorkDeps,
  claim: ClaimedRun,
  trace: RunTrace,
  signal: AbortSignal,
): Promise<Report> {
  const scenario = deps.scenarios.find(claim.scenario);
  if (scenario === undefined)
    throw new GraderFault(`scenario ${claim.scenario} is not installed on this worker`);
  const files = await deps.submissions.files(claim.digest);
  if (files === null)
    throw new GraderFault('the submitted files were removed by policy: it can’t be graded again');
  const job = { runId: claim.runId, scenario, files };
  const report = await deps.grade(
    job,
    (event) => {
      deps.feed.tell(claim.runId, event);
      if (event.type === 'phase') trace.phase(event.phase);
    },
    signal,
  );
  signal.throwIfAborted();
  return report;
}

/** Renews the lease at a third of its length; `lost` aborts once the run is another's, or nobody could be asked. */
function keepLease(
  deps: Pick<WorkDeps, 'runs' | 'clock'>,
  claim: ClaimedRun,
  leaseMs: number,
): Disposable & { lost: AbortSignal } {
  const lost = new AbortController();
  let endsAt = performance.now() + leaseMs;
  let renewing = false;
  const timer = setInterval(() => {
    // Without Postgres for a whole lease another may have the run: what is found from here on is nobody's.
    if (performance.now() > endsAt) lost.abort(new GraderFault('the lease ended'));
    if (renewing || lost.signal.aborted) return;
    renewing = true;
    const askedAt = performance.now();
    deps.runs
      .renew(claim, deps.clock.now(), leaseMs)
      .then((kept) => {
        if (kept) endsAt = askedAt + leaseMs;
        else lost.abort(new GraderFault('the run was taken away'));
      })
      .catch(() => undefined)
      .finally(() => {
        renewing = false;
      });
  }, leaseMs / 3);
  return {
    lost: lost.signal,
    [Symbol.dispose]() {
      clearInterval(timer);
    },
  };
}

// A function, because the compiler takes the first answer for the last.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function giveWay(deps: WorkDeps, change: RunChange): Promise<WorkOutcome> {
  await deps.feed.flush();
  deps.feed.announce(change);
  return { outcome: 'lost' };
}

async function handBack(deps: WorkDeps, claim: ClaimedRun): Promise<WorkOutcome> {
  const change = await deps.runs.handBack(claim);
  if (change === null) return { outcome: 'lost' };
  deps.feed.announce(change);
  return { outcome: 'handed-back' };
}

async function countFault(
  deps: WorkDeps,
  options: WorkOptions,
  claim: ClaimedRun,
  error: unknown,
): Promise<WorkOutcome> {
  const result = await deps.runs.fault(claim, messageOf(error), deps.clock.now(), options.faultLimit);
  if (result.outcome === 'lost') return { outcome: 'lost' };
  if (result.outcome === 'again') await ringFor(deps, result.run);
  deps.feed.announce(result.change);
  return { outcome: 'fault', givenUp: result.outcome === 'given-up', error };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.message}${cause}`;
}
