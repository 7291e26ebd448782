import { Refusal } from '../core/refusal.ts';
import { type Actor, isStaff, notFound, requireRole, requireScope } from './actor.ts';
import type { AuditLog } from './ports/audit.ts';
import type { Assignments } from './ports/assignments.ts';
import type { Clock } from './ports/clock.ts';
import type { Regrades } from './ports/regrades.ts';
import type { RunFeed } from './ports/run-feed.ts';
import type { RunQueue } from './ports/run-queue.ts';
import type { Runs } from './ports/runs.ts';
import type { Scenarios } from './ports/scenarios.ts';
import type { Submissions } from './ports/submissions.ts';
import { ringFor } from './ring-for.ts';
import { seeSubmission } from './see-submission.ts';
import { startRegrade } from './start-regrade.ts';

interface Deps {
  readonly submissions: Submissions;
  readonly assignments: Assignments;
  readonly runs: Runs;
  readonly regrades: Regrades;
  readonly queue: RunQueue;
  readonly feed: RunFeed;
  readonly audit: AuditLog;
  readonly scenarios: Scenarios;
  readonly clock: Clock;
}

/** Cancels a submission that is not over. @throws Refusal `conflict` when it is */
export async function cancelSubmission(deps: Deps, actor: Actor, id: string): Promise<void> {
  const submission = await seeSubmission(deps, actor, id);
  if (submission.personId !== actor.personId) requireRole(actor, submission.courseId, 'instructor');
  const now = deps.clock.now();
  const change = await deps.runs.cancel(id, now);
  if (change === null) {
    throw new Refusal('conflict', 'It is over already: there is nothing to cancel.', {
      rule: 'submission.over',
    });
  }
  if (submission.personId !== actor.personId) {
    const note = { actorId: actor.personId, courseId: submission.courseId, act: 'submission.cancelled' };
    await deps.audit.add({ ...note, subject: `submission:${id}`, detail: {} }, now);
  }
  deps.feed.announce(change);
}

/** Grades a submission once more, as a set of one that counts by itself where nobody loses by it. */
export async function regradeSubmission(
  deps: Deps,
  actor: Actor,
  id: string,
  reason: string,
): Promise<{ regradeSet: string; run: string }> {
  const submission = await seeSubmission(deps, actor, id);
  requireScope(actor, 'teach');
  requireRole(actor, submission.courseId, 'assistant');
  if (submission.status !== 'done') {
    throw new Refusal('conflict', 'Only what was graded can be regraded.', { rule: 'regrade.not-graded' });
  }
  const assignment = await deps.assignments.byId(submission.assignmentId);
  if (assignment === null) throw notFound('assignment');
  const set = await startRegrade(deps, actor, assignment, {
    scope: 'one',
    checkId: null,
    reason,
    submissionId: id,
  });
  return { regradeSet: set.id, run: set.runs[0]?.runId ?? '' };
}

/** Queues a run once more that the grader had given up. */
export async function retryRun(deps: Deps, actor: Actor, runId: string): Promise<void> {
  const run = await deps.runs.find(runId);
  const submission = run && (await deps.submissions.find(run.submissionId));
  if (!submission || !isStaff(actor, submission.courseId)) throw notFound('run');
  const now = deps.clock.now();
  const again = await deps.runs.retry(runId, now);
  if (again === null) {
    throw new Refusal('conflict', 'Only a run that was given up can be tried again.', {
      rule: 'run.not-faulted',
    });
  }
  const note = { actorId: actor.personId, courseId: submission.courseId, act: 'run.retried' };
  await deps.audit.add({ ...note, subject: `run:${runId}`, detail: {} }, now);
  await ringFor(deps, again.run);
  deps.feed.announce(again.change);
}
