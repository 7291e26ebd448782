import type { Submission } from '../../http/schemas/submission.ts';
import type { CourseView } from '../session.tsx';
import { KeptUntil } from '../ui/kept.tsx';
import { Timings } from './report-view.tsx';

/** The facts about an attempt that stand beside its verdict. */
export function AboutAttempt({
  submission,
  course,
}: {
  readonly submission: Submission;
  readonly course: CourseView;
}) {
  const { report } = submission;
  return (
    <section className="card stack tight">
      <h2>About this run</h2>
      <dl className="facts small">
        <dt>Came by</dt>
        <dd>{{ archive: 'archive', files: 'editing in the page', git: 'git push' }[submission.source]}</dd>
        <dt>Files</dt>
        <dd className="mono" title={submission.digest}>
          {submission.digest.slice(0, 12)}
        </dd>
        <dt>Files kept</dt>
        <dd>
          <KeptUntil kept={submission.kept.files} />
        </dd>
        <dt>Evidence kept</dt>
        <dd>
          <KeptUntil kept={submission.kept.evidence} />
        </dd>
        {report !== null && course.staff ? (
          <>
            <dt>Scenario</dt>
            <dd className="mono" title={report.scenarioDigest}>
              {report.scenario} {report.scenarioDigest.slice(0, 12)}
            </dd>
          </>
        ) : null}
        {report !== null && report.engine !== '' ? (
          <>
            <dt>Engine</dt>
            <dd>{report.engine}</dd>
          </>
        ) : null}
      </dl>
      {report === null ? null : <Timings report={report} />}
    </section>
  );
}
