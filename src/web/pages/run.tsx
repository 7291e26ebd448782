import { Link, useParams } from 'react-router';
import { RunDetail, Submission } from '../../http/schemas/submission.ts';
import { tell } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { useResource } from '../api/use-resource.ts';
import { ReportView, Timings } from '../report/report-view.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { Badge } from '../ui/badge.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Person } from '../ui/person.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { RUN_KINDS } from '../ui/run-list.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { When } from '../ui/when.tsx';

/** One run in full, for staff. */
export function RunPage() {
  const id = useParams()['run'] ?? '';
  const run = useResource(RunDetail, `/runs/${id}`);
  return (
    <AsyncView resource={run}>
      {(value) => <OneRun run={value} reload={run.state === 'ready' ? run.reload : () => undefined} />}
    </AsyncView>
  );
}

function OneRun({ run, reload }: { readonly run: RunDetail; readonly reload: () => void }) {
  const submission = useResource(Submission, `/submissions/${run.submission.id}`);
  const place = submission.state === 'ready' ? submission.value : null;
  const retry = useAction(async () => {
    await tell(`/runs/${run.id}/retry`, { method: 'POST' });
    reload();
  });
  return (
    <>
      <PageHead
        title={RUN_KINDS[run.kind]}
        crumbs={
          place === null
            ? []
            : [
                { to: `/courses/${place.course.id}`, label: place.course.title },
                {
                  to: `/courses/${place.course.id}/assignments/${place.assignment.id}`,
                  label: place.assignment.title,
                },
                { to: `/submissions/${place.id}`, label: `Attempt ${place.attempt}` },
              ]
        }
        sub={
          <span className="row">
            <StatusBadge status={run.state} verdict={run.verdict} />
            {run.counts ? <Badge tone="live">counts</Badge> : <Badge>does not count</Badge>}
            <Person name={run.submission.person.name} />
          </span>
        }
        actions={
          run.state === 'fault' ? (
            <button type="button" className="button primary" disabled={retry.busy} onClick={retry.run}>
              Grade again
            </button>
          ) : undefined
        }
      />
      <ProblemNote problem={retry.problem} />
      <div className="columns">
        <div className="stack">
          {run.fault === null ? null : (
            <div className="note fail">
              <p>
                <strong>The grader failed.</strong> This is no verdict, and uses up no attempt.
              </p>
              <pre tabIndex={0}>{run.fault}</pre>
            </div>
          )}
          {run.report === null ? (
            run.fault === null ? (
              <p className="note">There is no report yet.</p>
            ) : null
          ) : (
            <ReportView report={run.report} />
          )}
        </div>
        <aside className="sidebar" aria-label="About this run">
          <section className="card">
            <h2>Run</h2>
            <dl className="facts small">
              <dt>Queued</dt>
              <dd>
                <When at={run.queuedAt} />
              </dd>
              <dt>Started</dt>
              <dd>{run.startedAt === null ? '–' : <When at={run.startedAt} />}</dd>
              <dt>Finished</dt>
              <dd>{run.finishedAt === null ? '–' : <When at={run.finishedAt} />}</dd>
              <dt>Worker</dt>
              <dd>{run.worker ?? '–'}</dd>
              <dt>Engine</dt>
              <dd>{run.engine ?? '–'}</dd>
              <dt>Tries</dt>
              <dd>{run.tries}</dd>
              <dt>Scenario</dt>
              <dd className="mono">{run.scenario}</dd>
              <dt>Its digest</dt>
              <dd className="mono">{run.scenarioDigest.slice(0, 16)}</dd>
              {run.regradeSet === null || place === null ? null : (
                <>
                  <dt>Regrade set</dt>
                  <dd>
                    <Link to={`/courses/${place.course.id}/regrades/${run.regradeSet}`}>open</Link>
                  </dd>
                </>
              )}
            </dl>
          </section>
          {run.report === null ? null : (
            <section className="card">
              <h2>Timings</h2>
              <Timings report={run.report} />
            </section>
          )}
        </aside>
      </div>
    </>
  );
}
