import type { Assignment, Standing } from '../../http/schemas/assignment.ts';
import { formatDuration } from '../../core/units.ts';
import type { CourseView } from '../session.tsx';
import { lateWords } from './late-words.ts';
import { formatScore, ScoreRing } from './score-ring.tsx';
import { StandingBadge } from './standing-badge.tsx';
import { Relative, When } from './when.tsx';

/** Where a learner stands in an assignment: what counts, until when, and how many attempts are left. */
export function StandingCard(props: {
  readonly standing: Standing;
  readonly assignment: Assignment;
  readonly course: CourseView;
}) {
  const { standing, assignment, course } = props;
  return (
    <section className="card stack tight" aria-label="Where you stand">
      <div className="row">
        <ScoreRing score={standing.score} passed={standing.status === 'passed'} size={72} />
        <div className="stack tight">
          <StandingBadge status={standing.status} />
          <span className="small muted">
            {assignment.counting === 'best' ? 'Your best attempt counts.' : 'Your latest attempt counts.'}
          </span>
        </div>
      </div>
      <dl className="facts small">
        <dt>Due</dt>
        <dd>
          {standing.dueAt === null ? (
            'no due date'
          ) : (
            <>
              <Relative at={standing.dueAt} />
              <br />
              <When at={standing.dueAt} zone={course.timeZone} />
            </>
          )}
        </dd>
        {standing.closesAt === null ? null : (
          <>
            <dt>Closes</dt>
            <dd>
              <When at={standing.closesAt} zone={course.timeZone} />
            </dd>
          </>
        )}
        <dt>Attempts</dt>
        <dd>
          {standing.attemptsUsed} used
          {standing.attemptsLeft === null ? ', as many as you like' : `, ${standing.attemptsLeft} left`}
        </dd>
        <dt>Late work</dt>
        <dd>{lateWords(assignment.latePolicy)}</dd>
        {standing.lateByMs > 0 ? (
          <>
            <dt>Lateness</dt>
            <dd>
              {formatDuration(standing.lateByMs)}: {formatScore(standing.latePercent)} % off
            </dd>
          </>
        ) : null}
      </dl>
      {standing.extension === null ? null : (
        <p className="note live small">You have an extension: {standing.extension.reason}</p>
      )}
      {standing.override === null ? null : (
        <p className="note live small">
          Your score was set to {formatScore(standing.override.score)}: {standing.override.reason}
        </p>
      )}
    </section>
  );
}
