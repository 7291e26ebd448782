import { GraderFault } from '../core/grader-fault.ts';
import type { IntakeLimits } from '../core/intake-limits.ts';
import { Refusal } from '../core/refusal.ts';
import type { GitRemote } from './ports/git-remote.ts';
import type { PendingPush } from './ports/pending-pushes.ts';
import { MAIN } from './receive-push.ts';
import { submitPush, type SubmitPushDeps } from './submit-push.ts';

export interface FinishPushesDeps extends SubmitPushDeps {
  readonly remote: GitRemote;
  readonly intake: IntakeLimits;
}

const BATCH = 500;
/** By then whoever pushed has been served, or is gone: what git doesn't hold it won't hold any more. */
const GIVE_UP_MS = 30 * 60_000;

/**
 * Submits the pushes that git kept and nobody submitted, because the process that served them ended in between. Several
 * processes may do so at once, and beside the one that serves the push. Gives how many were submitted.
 */
export async function finishPushes(deps: FinishPushesDeps, signal: AbortSignal): Promise<number> {
  let submitted = 0;
  const faults: unknown[] = [];
  for (const push of await deps.pendingPushes.waiting(BATCH)) {
    signal.throwIfAborted();
    try {
      if (await finish(deps, push, signal)) submitted += 1;
    } catch (error) {
      // One that can't be read is no reason to leave the others.
      faults.push(error);
    }
  }
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} pushes could not be finished`);
  return submitted;
}

async function finish(deps: FinishPushesDeps, push: PendingPush, signal: AbortSignal): Promise<boolean> {
  const kept = await deps.remote.tip(push, MAIN, signal);
  const assignment = await deps.assignments.byId(push.assignmentId);
  if (kept !== push.commit || assignment === null) {
    const age = deps.clock.now().getTime() - push.takenAt.getTime();
    if (assignment === null || age > GIVE_UP_MS) await deps.pendingPushes.settle(push.id);
    return false;
  }
  const scenario = deps.scenarios.find(assignment.scenario);
  if (scenario === undefined) throw new GraderFault(`scenario ${assignment.scenario} is not installed here`);
  const ticket = { assignment, scenario, probe: push.probe, at: push.takenAt };
  try {
    const files = await deps.remote.files(push, push.commit, deps.intake, signal);
    await submitPush(deps, push, ticket, files);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await deps.pendingPushes.settle(push.id);
    return false;
  }
}
