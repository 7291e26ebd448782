import { Link } from 'react-router';
import { AssignmentList, type AssignmentItem } from '../../http/schemas/assignment.ts';
import { useResource } from '../api/use-resource.ts';
import { useCourse, type CourseView } from '../session.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { Badge } from '../ui/badge.tsx';
import { Empty } from '../ui/empty.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { ScoreRing } from '../ui/score-ring.tsx';
import { StateBadge, StandingBadge } from '../ui/standing-badge.tsx';
import { Ticked } from '../ui/ticked.tsx';
import { Relative, When } from '../ui/when.tsx';

/** The assignments of a course: for learners with what is due and where they stand. */
export function AssignmentsPage() {
  const course = useCourse();
  const list = useResource(AssignmentList, `/courses/${course.id}/assignments`);
  return (
    <>
      <PageHead
        title={course.title}
        sub={<>Times are in {course.timeZone}.</>}
        actions={
          course.instructor ? (
            <Link className="button primary" to={`/courses/${course.id}/new-assignment`}>
              New assignment
            </Link>
          ) : undefined
        }
      />
      <AsyncView resource={list}>
        {({ assignments }) =>
          assignments.length === 0 ? (
            <div className="card">
              <Empty title="No assignment yet">
                {course.instructor
                  ? 'Set the first one: choose a scenario, and when it opens and is due.'
                  : 'Your instructor has not set one. It will appear here.'}
              </Empty>
            </div>
          ) : (
            <ol className="assignment-list">
              {assignments.map((assignment) => (
                <Item key={assignment.id} assignment={assignment} course={course} />
              ))}
            </ol>
          )
        }
      </AsyncView>
    </>
  );
}

function Item({ assignment, course }: { readonly assignment: AssignmentItem; readonly course: CourseView }) {
  const standing = assignment.standing;
  const dueAt = standing?.dueAt ?? assignment.dueAt;
  return (
    <li className="card assignment-item">
      {standing === null ? null : (
        <ScoreRing score={standing.score} passed={standing.status === 'passed'} size={60} />
      )}
      <div className="assignment-what">
        <div className="row assignment-badges">
          {assignment.part === '' ? null : <span className="small muted">Part {assignment.part}</span>}
          <StateBadge state={assignment.state} />
          {assignment.published ? null : <Badge tone="violet">hidden from learners</Badge>}
          {standing === null ? null : <StandingBadge status={standing.status} />}
        </div>
        <h2>
          <Link to={`/courses/${course.id}/assignments/${assignment.id}`}>{assignment.title}</Link>
        </h2>
        <p className="muted small assignment-summary">
          <Ticked text={assignment.summary} />
        </p>
      </div>
      <dl className="assignment-when">
        {assignment.state === 'upcoming' && assignment.opensAt !== null ? (
          <Moment label="Opens" at={assignment.opensAt} zone={course.timeZone} />
        ) : dueAt === null ? (
          <div>
            <dt>Due</dt>
            <dd>no due date</dd>
          </div>
        ) : (
          <Moment label="Due" at={dueAt} zone={course.timeZone} />
        )}
        {standing === null ? null : (
          <div>
            <dt>Attempts</dt>
            <dd className="numeric">
              {standing.attemptsUsed} used
              {standing.attemptsLeft === null ? '' : `, ${standing.attemptsLeft} left`}
            </dd>
          </div>
        )}
      </dl>
    </li>
  );
}

function Moment({ label, at, zone }: { readonly label: string; readonly at: string; readonly zone: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <strong>
          <Relative at={at} />
        </strong>
        <br />
        <span className="small muted">
          <When at={at} zone={zone} />
        </span>
      </dd>
    </div>
  );
}
