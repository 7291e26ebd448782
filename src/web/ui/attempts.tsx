import { Link } from 'react-router';
import type { SubmissionSummary } from '../../http/schemas/submission.ts';
import { Badge } from './badge.tsx';
import { Person } from './person.tsx';
import { formatScore } from './score-ring.tsx';
import { StatusBadge } from './status-badge.tsx';
import { Table, type Column } from './table.tsx';
import { When } from './when.tsx';

const LEARNER: Column<SubmissionSummary> = {
  head: 'Learner',
  kind: 'name',
  look: 'name-cell',
  cell: ({ person }) => <Person name={person.name} />,
};

/** Attempts as rows, newest first; with the learner's name where several people's are listed. */
export function Attempts(props: {
  readonly submissions: readonly SubmissionSummary[];
  readonly zone: string;
  readonly people?: boolean;
}) {
  return (
    <Table
      label="Attempts"
      rows={props.submissions}
      keyOf={(submission) => submission.id}
      columns={[
        ...(props.people === true ? [LEARNER] : []),
        {
          head: 'Attempt',
          look: 'nowrap',
          cell: (submission) => (
            <>
              <Link to={`/submissions/${submission.id}`}>
                Attempt {submission.attempt}
                {props.people === true ? (
                  <span className="visually-hidden"> of {submission.person.name}</span>
                ) : null}
              </Link>{' '}
              {submission.counts ? <Badge tone="live">counts</Badge> : null}
            </>
          ),
        },
        {
          head: 'Result',
          cell: ({ status, verdict }) => <StatusBadge status={status} verdict={verdict} />,
        },
        {
          head: 'Score',
          kind: 'number',
          cell: ({ score }) => (score === null ? '–' : formatScore(score)),
        },
        {
          head: 'Submitted',
          look: 'nowrap',
          cell: (submission) => (
            <>
              <When at={submission.submittedAt} zone={props.zone} />{' '}
              {submission.late ? <Badge tone="warn">late</Badge> : null}
            </>
          ),
        },
      ]}
    />
  );
}
