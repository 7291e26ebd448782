import { Link, useParams } from 'react-router';
import { Submission, SubmissionPage as AttemptList } from '../../http/schemas/submission.ts';
import { ask } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { useResource } from '../api/use-resource.ts';
import { LivePanel } from '../live/live-panel.tsx';
import { isGoing, useLiveRun, type LiveRun } from '../live/use-live-run.ts';
import type { Before } from '../report/since-before.tsx';
import { ReportView } from '../report/report-view.tsx';
import { useCourseById } from '../session.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { Badge } from '../ui/badge.tsx';
import { AboutAttempt } from '../report/about-attempt.tsx';
import { RemovedNote } from '../ui/kept.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Person } from '../ui/person.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { RegradeButton } from '../ui/regrade-button.tsx';
import { RunList } from '../ui/run-list.tsx';
import { formatScore } from '../ui/score-ring.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { When } from '../ui/when.tsx';

/** One attempt: live while it is graded, then its verdict. */
export function SubmissionPage() {
  const id = useParams()['submission'] ?? '';
  // Another attempt is another page: nothing of the one before may stay.
  return <OneSubmission key={id} id={id} />;
}

function OneSubmission({ id }: { readonly id: string }) {
  const live = useLiveRun(id);
  return (
    <AsyncView resource={live.submission}>{(value) => <Attempt submission={value} live={live} />}</AsyncView>
  );
}

function Attempt({ submission, live }: { readonly submission: Submission; readonly live: LiveRun }) {
  const course = useCourseById(submission.course.id);
  const before = useResource(
    Submission,
    submission.previous === null || submission.report === null
      ? null
      : `/submissions/${submission.previous.id}`,
  );
  const assignmentPath = `/courses/${submission.course.id}/assignments/${submission.assignment.id}`;
  return (
    <>
      <PageHead
        title={`Attempt ${submission.attempt}`}
        crumbs={[
          { to: `/courses/${submission.course.id}`, label: submission.course.title },
          { to: assignmentPath, label: submission.assignment.title },
        ]}
        sub={
          <span className="row">
            <StatusBadge status={submission.status} verdict={submission.verdict} />
            {submission.counts ? <Badge tone="live">counts</Badge> : null}
            {submission.late ? <Badge tone="warn">late</Badge> : null}
            {course.staff ? <Person name={submission.person.name} /> : null}
            <When at={submission.submittedAt} zone={course.timeZone} />
          </span>
        }
        actions={<Actions submission={submission} live={live} assignmentPath={assignmentPath} />}
      />
      <div className="columns">
        <div className="stack">
          <Body submission={submission} live={live} before={before.state === 'ready' ? before.value : null} />
        </div>
        <aside className="sidebar" aria-label="About this attempt">
          <SinceLast submission={submission} />
          <OtherAttempts submission={submission} assignmentPath={assignmentPath} />
          {course.staff ? <RunList runs={submission.runs} /> : null}
          <AboutAttempt submission={submission} course={course} />
        </aside>
      </div>
    </>
  );
}

function Body(props: {
  readonly submission: Submission;
  readonly live: LiveRun;
  readonly before: Submission | null;
}) {
  const { submission } = props;
  if (isGoing(submission)) return <LivePanel submission={submission} live={props.live} />;
  if (submission.status === 'cancelled')
    return <p className="note">You cancelled this attempt before it was graded.</p>;
  if (submission.status === 'superseded') {
    return <p className="note">A newer attempt took this one’s place in the queue, so it was not graded.</p>;
  }
  if (submission.status === 'fault') {
    return (
      <div className="note warn">
        <p>
          <strong>The grader failed, not your project.</strong> No attempt is used up. The staff has been told
          and will have it graded again.
        </p>
        {submission.fault === null ? null : <pre tabIndex={0}>{submission.fault}</pre>}
      </div>
    );
  }
  if (submission.report === null) return <p className="note">The result is not shown to you yet.</p>;
  return (
    <>
      <RemovedNote kept={submission.kept} />
      <ReportView
        report={submission.report}
        before={beforeOf(props.before)}
        reduced={submission.feedback === 'full' ? null : submission.feedback}
      />
    </>
  );
}

function beforeOf(before: Submission | null): Before | null {
  if (before?.report === null || before === null) return null;
  return { attempt: before.attempt, report: before.report };
}

function Actions(props: {
  readonly submission: Submission;
  readonly live: LiveRun;
  readonly assignmentPath: string;
}) {
  const { submission, live } = props;
  const cancel = useAction(async () => {
    const next = await ask(Submission, `/submissions/${submission.id}/cancel`, { method: 'POST' });
    if (live.submission.state === 'ready') live.submission.replace(next);
  });
  return (
    <>
      <ProblemNote problem={cancel.problem} />
      {submission.canCancel ? (
        <button type="button" className="button" disabled={cancel.busy} onClick={cancel.run}>
          Cancel
        </button>
      ) : null}
      {submission.canRegrade ? <RegradeButton submission={submission} /> : null}
      {isGoing(submission) ? null : (
        <Link className="button primary" to={props.assignmentPath}>
          {submission.verdict === 'passed' ? 'Back to the assignment' : 'Try again'}
        </Link>
      )}
    </>
  );
}

function SinceLast({ submission }: { readonly submission: Submission }) {
  const { previous, changes } = submission;
  const lists =
    changes === null
      ? []
      : [
          { label: 'Changed', paths: changes.changed },
          { label: 'Added', paths: changes.added },
          { label: 'Removed', paths: changes.removed },
        ];
  return (
    <section className="card">
      <h2>{previous === null ? 'Against the hand-out' : `Since attempt ${previous.attempt}`}</h2>
      <div className="stack tight">
        {typeof previous?.score === 'number' && submission.score !== null ? (
          <p className="numeric">
            {formatScore(previous.score)} → <strong>{formatScore(submission.score)}</strong> points
          </p>
        ) : null}
        {lists.every((list) => list.paths.length === 0) ? (
          <p className="muted small">
            {changes === null ? 'The files to compare are not kept any more.' : 'No file differs.'}
          </p>
        ) : null}
        {lists.map((list) =>
          list.paths.length === 0 ? null : (
            <div key={list.label}>
              <h3 className="small muted">{list.label}</h3>
              <ul className="file-list">
                {list.paths.slice(0, 30).map((path) => (
                  <li key={path} className="mono">
                    <span className="truncate" title={path}>
                      {path}
                    </span>
                  </li>
                ))}
              </ul>
            </div>
          ),
        )}
        <Link to={`/submissions/${submission.id}/files`} className="small">
          See the files and what changed in them
        </Link>
      </div>
    </section>
  );
}

function OtherAttempts({
  submission,
  assignmentPath,
}: {
  readonly submission: Submission;
  readonly assignmentPath: string;
}) {
  const page = useResource(
    AttemptList,
    `${assignmentPath}/submissions?limit=20&person=${submission.person.id}`,
  );
  if (page.state !== 'ready' || page.value.submissions.length < 2) return null;
  return (
    <section className="card">
      <h2>All attempts</h2>
      <ol className="attempt-list">
        {page.value.submissions.map((one) => (
          <li key={one.id}>
            <Link to={`/submissions/${one.id}`} aria-current={one.id === submission.id ? 'page' : undefined}>
              Attempt {one.attempt}
            </Link>
            <StatusBadge status={one.status} verdict={one.verdict} />
            <span className="numeric small">{one.score === null ? '–' : formatScore(one.score)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
