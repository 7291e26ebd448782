import { type Actor, isStaff, roleIn } from '../../app/actor.ts';
import type { RunRecord } from '../../app/ports/runs.ts';
import type { SubmissionRecord } from '../../app/ports/submissions.ts';
import { type SubmissionState, firstRun, stateOf } from '../../app/submission-state.ts';
import { reduceReport, type ShownFeedback, shownFeedback } from '../../core/feedback.ts';
import { lateByMs } from '../../core/late-policy.ts';
import type { Phase } from '../../core/run-event.ts';
import { keptUntil } from '../../core/retention.ts';
import { isAtLeast } from '../../core/role.ts';
import type { SubmissionStatus } from '../../core/standing.ts';
import type { Kept } from '../schemas/kept.ts';
import type { RunSummary, Submission, SubmissionSummary } from '../schemas/submission.ts';
import type { Service } from '../service.ts';

type ViewDeps = Pick<
  Service,
  'submissions' | 'runs' | 'scenarios' | 'clock' | 'queue' | 'publicUrl' | 'keeps'
>;

export function submissionSummary(record: SubmissionRecord): SubmissionSummary {
  return {
    id: record.id,
    attempt: record.attempt,
    person: { id: record.personId, name: record.personName },
    submittedAt: record.submittedAt.toISOString(),
    late: lateByMs(record.rules.dueAt, record.submittedAt) > 0,
    status: record.status,
    verdict: record.verdict,
    score: record.score,
    counts: record.counts,
    digest: record.digest,
    source: record.source,
  };
}

export function runSummary(run: RunRecord, countingRunId: string | null): RunSummary {
  return {
    id: run.id,
    kind: run.kind,
    state: run.state,
    verdict: run.verdict,
    score: run.score,
    queuedAt: run.queuedAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    worker: run.worker,
    engine: run.engine,
    tries: run.faults,
    counts: run.id === countingRunId,
    regradeSet: run.regradeSetId,
  };
}

/** A submission as the actor may see it: a learner's report is reduced by the feedback level. */
export async function submissionView(
  service: ViewDeps,
  actor: Actor,
  record: SubmissionRecord,
): Promise<Submission> {
  return viewOf(service, audienceOf(actor, record), await stateOf(service, record));
}

/** What a view of a submission depends on besides its state: all of one audience see the same. */
export interface Audience {
  readonly staff: boolean;
  readonly mayCancel: boolean;
}

export function audienceOf(actor: Actor, record: SubmissionRecord): Audience {
  const staff = isStaff(actor, record.courseId);
  const own = record.personId === actor.personId;
  const role = roleIn(actor, record.courseId);
  return { staff, mayCancel: own || (role !== null && isAtLeast(role, 'instructor')) };
}

export function viewOf(
  service: Pick<ViewDeps, 'clock' | 'keeps' | 'publicUrl'>,
  { staff, mayCancel }: Audience,
  { record, runs, report, previous, changes, wait }: SubmissionState,
): Submission {
  const first = firstRun(runs);
  const feedback: ShownFeedback = staff ? 'full' : shownFeedback(record.rules, service.clock.now());
  return {
    ...submissionSummary(record),
    course: { id: record.courseId, title: record.courseTitle },
    assignment: { id: record.assignmentSlug, title: record.assignmentTitle },
    phase: phaseOf(record.status),
    ...wait,
    lateByMs: lateByMs(record.rules.dueAt, record.submittedAt),
    report: report && reduceReport(report, feedback),
    feedback,
    fault: staff ? (first?.faultMessage ?? null) : null,
    previous: previous && {
      id: previous.id,
      attempt: previous.attempt,
      verdict: previous.verdict,
      score: previous.score,
    },
    changes: changes && {
      added: [...changes.added],
      changed: [...changes.changed],
      removed: [...changes.removed],
    },
    runs: runs
      .filter((run) => staff || run.id === record.countingRunId)
      .map((run) => runSummary(run, record.countingRunId)),
    kept: keptOf(service, record, runs),
    canCancel: ['queued', 'running', 'fault'].includes(record.status) && mayCancel,
    canRegrade: staff && record.status === 'done' && record.filesRemovedAt === null,
    links: linksOf(service, record),
  };
}

function keptOf(
  service: Pick<Service, 'keeps' | 'clock'>,
  record: SubmissionRecord,
  runs: readonly RunRecord[],
): Submission['kept'] {
  const until = keptUntil(service.keeps, record.submittedAt);
  const now = service.clock.now();
  const kept = (end: Date | null, removedAt: Date | null): Kept => ({
    until: end?.toISOString() ?? null,
    isOver: end !== null && end <= now,
    removedAt: removedAt?.toISOString() ?? null,
  });
  const counting = runs.find((run) => run.id === record.countingRunId);
  return {
    files: kept(until.files, record.filesRemovedAt),
    evidence: kept(until.evidence, counting?.strippedAt ?? null),
    submission: kept(until.submission, record.removedAt),
  };
}

export function linksOf(
  service: Pick<Service, 'publicUrl'>,
  record: Pick<SubmissionRecord, 'id' | 'courseId' | 'assignmentSlug'>,
) {
  const self = `/api/v1/submissions/${record.id}`;
  return { self, events: `${self}/events`, page: `${service.publicUrl}/submissions/${record.id}` };
}

function phaseOf(status: SubmissionStatus): Phase {
  switch (status) {
    case 'queued':
    case 'fault':
      return 'queued';
    case 'running':
      return 'claimed';
    case 'done':
    case 'cancelled':
    case 'superseded':
      return 'done';
  }
}
