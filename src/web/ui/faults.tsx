import { Link } from 'react-router';
import type { QueueOverview } from '../../http/schemas/operations.ts';
import { tell } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Person } from './person.tsx';
import { ProblemNote } from './problem-note.tsx';
import { Relative } from './when.tsx';

/** Runs that the grader gave up on, each with a way to have it graded again. */
export function Faults({
  faults,
  reload,
}: {
  readonly faults: QueueOverview['faults'];
  readonly reload: () => void;
}) {
  const retry = useAction(async (run: string) => {
    await tell(`/runs/${run}/retry`, { method: 'POST' });
    reload();
  });
  if (faults.length === 0) return null;
  return (
    <section className="card" aria-labelledby="faults">
      <h2 id="faults">The grader failed at these</h2>
      <ProblemNote problem={retry.problem} />
      <ul className="findings">
        {faults.map((fault) => (
          <li key={fault.run} className="fail">
            <div className="row spread">
              <span>
                <Link to={`/runs/${fault.run}`}>{fault.assignment.title}</Link> of{' '}
                <Person name={fault.person.name} />{' '}
                <span className="small muted">
                  <Relative at={fault.at} />, after {fault.tries} {fault.tries === 1 ? 'try' : 'tries'}
                </span>
                <span className="mono block wrap-anywhere">{fault.message}</span>
              </span>
              <button
                type="button"
                className="button slim"
                disabled={retry.busy}
                onClick={() => {
                  retry.run(fault.run);
                }}
              >
                Grade again
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
