import { GraderFault } from '../core/grader-fault.ts';
import type { Actor } from './actor.ts';
import type { AssignmentRecord } from './ports/assignments.ts';
import type { Clock } from './ports/clock.ts';
import type { NewRegradeSet, Regrades } from './ports/regrades.ts';
import type { RunQueue } from './ports/run-queue.ts';
import type { BellRun, Runs } from './ports/runs.ts';
import type { Scenarios } from './ports/scenarios.ts';
import { ringFor } from './ring-for.ts';

/** Rung for at once; the reconciler rings for the others of a large set. */
const RING_AT_ONCE = 50;

/** Queues regrades of an assignment behind everybody's own runs. @throws Refusal */
export async function startRegrade(
  deps: {
    readonly regrades: Regrades;
    readonly runs: Runs;
    readonly queue: RunQueue;
    readonly scenarios: Scenarios;
    readonly clock: Clock;
  },
  actor: Actor,
  assignment: AssignmentRecord,
  request: Pick<NewRegradeSet, 'scope' | 'checkId' | 'reason' | 'submissionId'>,
): Promise<{ readonly id: string; readonly runs: readonly BellRun[] }> {
  const scenario = deps.scenarios.find(assignment.scenario);
  if (scenario === undefined) throw new GraderFault(`scenario ${assignment.scenario} is not installed here`);
  const set = await deps.regrades.create(
    {
      ...request,
      courseId: assignment.courseId,
      assignmentId: assignment.id,
      selfApplying: request.scope === 'one',
      scenario: scenario.id,
      scenarioDigest: scenario.digest,
    },
    {
      actorId: actor.personId,
      courseId: assignment.courseId,
      act: 'regrade.started',
      subject: '',
      detail: { scope: request.scope, checkId: request.checkId, reason: request.reason },
    },
    deps.clock.now(),
  );
  for (const run of set.runs.slice(0, RING_AT_ONCE)) if (!(await ringFor(deps, run))) break;
  return set;
}
