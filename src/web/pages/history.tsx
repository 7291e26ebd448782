import { Link, useParams } from 'react-router';
import { History } from '../../http/schemas/gradebook.ts';
import { useResource } from '../api/use-resource.ts';
import { PersonData } from '../people/person-data.tsx';
import { useCourse } from '../session.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { Attempts } from '../ui/attempts.tsx';
import { Badge } from '../ui/badge.tsx';
import { Empty } from '../ui/empty.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { ScoreRing } from '../ui/score-ring.tsx';
import { StandingBadge } from '../ui/standing-badge.tsx';

/** One learner: every assignment with the standing in it and all attempts. */
export function HistoryPage() {
  const course = useCourse();
  const person = useParams()['person'] ?? '';
  const history = useResource(History, `/courses/${course.id}/people/${person}/history`);
  return (
    <AsyncView resource={history}>
      {(value) => (
        <>
          <PageHead
            title={value.person.name}
            crumbs={[
              { to: `/courses/${course.id}`, label: course.title },
              { to: `/courses/${course.id}/people`, label: 'People' },
            ]}
            sub={
              <span className="row">
                <Badge>{value.person.role}</Badge>
                <span className="wrap-anywhere">{value.person.email}</span>
                {value.person.externalId === null ? null : (
                  <span className="mono">{value.person.externalId}</span>
                )}
              </span>
            }
          />
          <div className="stack">
            {value.assignments.length === 0 ? (
              <div className="card">
                <Empty title="No assignment yet" />
              </div>
            ) : null}
            {value.assignments.map(({ assignment, standing, submissions }) => (
              <section key={assignment.id} className="card flush" aria-labelledby={`a-${assignment.id}`}>
                <div className="card-head">
                  <div className="standing-head">
                    <ScoreRing score={standing.score} passed={standing.status === 'passed'} size={48} />
                    <div className="row">
                      <h2 id={`a-${assignment.id}`}>
                        <Link to={`/courses/${course.id}/assignments/${assignment.id}`}>
                          {assignment.title}
                        </Link>
                      </h2>
                      <StandingBadge status={standing.status} />
                      {standing.override === null ? null : (
                        <>
                          <Badge tone="violet">set by hand</Badge>
                          <bdi className="small muted wrap-anywhere">{standing.override.reason}</bdi>
                        </>
                      )}
                      {standing.extension === null ? null : <Badge tone="live">extension</Badge>}
                    </div>
                  </div>
                  {course.instructor ? (
                    <Link
                      className="button slim"
                      to={`/courses/${course.id}/assignments/${assignment.id}/exceptions?person=${value.person.id}`}
                    >
                      Extend or override
                    </Link>
                  ) : null}
                </div>
                {submissions.length === 0 ? null : (
                  <Attempts submissions={submissions} zone={course.timeZone} />
                )}
              </section>
            ))}
            <PersonData person={value.person} onRemoved={history.state === 'ready' ? history.reload : null} />
          </div>
        </>
      )}
    </AsyncView>
  );
}
