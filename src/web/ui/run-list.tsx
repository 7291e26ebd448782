import { Link } from 'react-router';
import type { RunSummary } from '../../http/schemas/submission.ts';
import { Badge } from './badge.tsx';
import { formatScore } from './score-ring.tsx';
import { StatusBadge } from './status-badge.tsx';

/** Every grading of a submission, for staff. */
export function RunList({ runs }: { readonly runs: readonly RunSummary[] }) {
  if (runs.length === 0) return null;
  return (
    <section className="card">
      <h2>Runs</h2>
      <ol className="attempt-list">
        {runs.map((run) => (
          <li key={run.id}>
            <Link to={`/runs/${run.id}`}>{RUN_KINDS[run.kind]}</Link>
            <StatusBadge status={run.state} verdict={run.verdict} />
            <span className="row">
              {run.counts ? <Badge tone="live">counts</Badge> : null}
              <span className="numeric small">{run.score === null ? '–' : formatScore(run.score)}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

export const RUN_KINDS = {
  first: 'First run',
  regrade: 'Regrade',
  probe: 'Staff probe',
} as const satisfies Record<RunSummary['kind'], string>;
