import type {
  AdmissionCase,
  AdmittedSubmission,
  SubmissionSource,
  Submissions,
} from './ports/submissions.ts';
import { digestOf, type FileSet, textFile } from '../core/file-set.ts';
import { overlay, type Scenario } from '../core/scenario-bundle.ts';
import { type Actor, isStaff, notFound, requireRole } from './actor.ts';
import type { AssignmentRecord, Assignments } from './ports/assignments.ts';
import { admissionRefusal } from '../core/admission.ts';
import { GraderFault } from '../core/grader-fault.ts';
import type { IntakeLimits } from '../core/intake-limits.ts';
import { SubmittedFiles } from '../core/submitted-files.ts';
import type { Clock } from './ports/clock.ts';
import type { RunFeed } from './ports/run-feed.ts';
import type { RunQueue } from './ports/run-queue.ts';
import type { RunTraces } from './ports/run-traces.ts';
import type { Runs } from './ports/runs.ts';
import type { Scenarios } from './ports/scenarios.ts';
import { ringForNew } from './ring-for.ts';

/** An assignment that the actor may submit to, as far as can be told before the files are there. */
export interface SubmissionTicket {
  readonly assignment: AssignmentRecord;
  readonly scenario: Scenario;
  readonly probe: boolean;
  /** When the request came in: what counts for due dates, however long the upload takes. */
  readonly at: Date;
}

interface Deps {
  readonly assignments: Assignments;
  readonly submissions: Submissions;
  readonly runs: Runs;
  readonly queue: RunQueue;
  readonly feed: RunFeed;
  readonly scenarios: Scenarios;
  readonly clock: Clock;
  readonly traces: RunTraces;
}

/** Judges whether a submission would be taken, so that nothing is uploaded in vain. @throws Refusal */
export async function openSubmission(
  deps: Pick<Deps, 'assignments' | 'submissions' | 'scenarios' | 'clock'>,
  actor: Actor,
  courseId: string,
  slug: string,
): Promise<SubmissionTicket> {
  const at = deps.clock.now();
  requireRole(actor, courseId, 'learner');
  const probe = isStaff(actor, courseId);
  const assignment = await deps.assignments.find(courseId, slug);
  if (assignment === null || (!assignment.published && !probe)) throw notFound('assignment');
  const scenario = deps.scenarios.find(assignment.scenario);
  if (scenario === undefined) throw new GraderFault(`scenario ${assignment.scenario} is not installed here`);
  return { assignment, scenario, probe, at };
}

/** Lays text files over the starter; null removes one. @throws Refusal */
export function filesOverStarter(
  scenario: Scenario,
  changes: Readonly<Record<string, string | null>>,
  limits: IntakeLimits,
): FileSet {
  const submitted = new SubmittedFiles(limits);
  const removed = new Map<string, null>();
  for (const [name, text] of Object.entries(changes)) {
    const bytes = Buffer.byteLength(text ?? '');
    const path = submitted.open(name, 'file', bytes);
    if (path === undefined) continue;
    if (text === null) removed.set(path, null);
    else submitted.put(path, textFile(text, scenario.starter.get(path)?.executable ?? text.startsWith('#!')));
  }
  return overlay(overlay(scenario.starter, removed), submitted.all());
}

/**
 * Writes submission, attempt and queued run, then rings. A queue that can't be reached is no reason to refuse: the
 * run is rung for later.
 * @throws Refusal
 */
export async function submit(
  deps: Deps,
  actor: Pick<Actor, 'personId'>,
  ticket: SubmissionTicket,
  files: FileSet,
  source: SubmissionSource,
  idempotencyKey: string | null,
): Promise<Pick<AdmittedSubmission, 'submissionId' | 'runId' | 'attempt' | 'repeated'>> {
  const digest = digestOf(files);
  await deps.submissions.keepFiles(digest, files);
  const admitted = await deps.submissions.admit(
    {
      assignmentId: ticket.assignment.id,
      personId: actor.personId,
      digest,
      source,
      idempotencyKey,
      scenario: ticket.scenario.id,
      scenarioDigest: ticket.scenario.digest,
      probe: ticket.probe,
      at: ticket.at,
    },
    (situation) => {
      if (!ticket.probe) admitOrThrow(situation, ticket.at);
    },
  );
  if (!admitted.repeated) {
    const concern = {
      assignmentId: ticket.assignment.id,
      courseId: ticket.assignment.courseId,
      personId: actor.personId,
    };
    for (const older of admitted.superseded) deps.feed.announce({ ...concern, ...older });
    await deps.traces.accepted({ ...admitted, scenario: ticket.scenario.id }, ticket.at);
    await ringForNew(deps, { runId: admitted.runId, priority: admitted.priority, faults: 0 });
    deps.feed.announce({ ...concern, runId: admitted.runId, submissionId: admitted.submissionId });
  }
  return admitted;
}

function admitOrThrow(situation: AdmissionCase, at: Date): void {
  const refusal = admissionRefusal(situation.rules, situation.tries, at);
  if (refusal !== null) throw refusal;
}
