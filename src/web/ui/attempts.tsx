import { Link } from 'react-router';
import type { SubmissionSummary } from '../../http/schemas/submission.ts';
import { Badge } from './badge.tsx';
import { Person } from './person.tsx';
import { formatScore } from './score-ring.tsx';
import { StatusBadge } from './status-badge.tsx';
import { When } from './when.tsx';

/** Attempts as rows, newest first; with the learner's name where several people's are listed. */
export function Attempts(props: {
  readonly submissions: readonly SubmissionSummary[];
  readonly zone: string;
  readonly people?: boolean;
}) {
  const people = props.people === true;
  return (
    <div className="table-wrap" tabIndex={0} role="group" aria-label="Attempts">
      <table className="table">
        <thead>
          <tr>
            {people ? <th scope="col">Learner</th> : null}
            <th scope="col">Attempt</th>
            <th scope="col">Result</th>
            <th scope="col" className="right">
              Score
            </th>
            <th scope="col">Submitted</th>
          </tr>
        </thead>
        <tbody>
          {props.submissions.map((submission) => (
            <tr key={submission.id}>
              {people ? (
                <th scope="row" className="name-cell">
                  <Person name={submission.person.name} />
                </th>
              ) : null}
              <td className="nowrap">
                <Link to={`/submissions/${submission.id}`}>
                  Attempt {submission.attempt}
                  {people ? <span className="visually-hidden"> of {submission.person.name}</span> : null}
                </Link>{' '}
                {submission.counts ? <Badge tone="live">counts</Badge> : null}
              </td>
              <td>
                <StatusBadge status={submission.status} verdict={submission.verdict} />
              </td>
              <td className="right">{submission.score === null ? '–' : formatScore(submission.score)}</td>
              <td className="nowrap">
                <When at={submission.submittedAt} zone={props.zone} />{' '}
                {submission.late ? <Badge tone="warn">late</Badge> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
