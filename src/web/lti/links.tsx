import type { AssignmentItem } from '../../http/schemas/assignment.ts';
import type { LtiCourse } from '../../http/schemas/lti.ts';
import { tell } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Empty } from '../ui/empty.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';

/** The links in platforms' courses, and the assignment that each opens. */
export function Links(props: {
  readonly path: string;
  readonly links: LtiCourse['links'];
  readonly assignments: readonly AssignmentItem[];
  readonly reload: () => void;
}) {
  const point = useAction(async (id: string, assignment: string | null) => {
    await tell(`${props.path}/links/${id}`, { method: 'PUT', body: { assignment } });
    props.reload();
  });
  return (
    <section className="card stack" aria-labelledby="links">
      <div>
        <h2 id="links">Links in those courses</h2>
        <p className="small muted">
          Each is known from its first launch on. Once it leads to an assignment, scores that there are go to
          the platform.
        </p>
      </div>
      <ProblemNote problem={point.problem} />
      {props.links.length === 0 ? (
        <Empty title="No link was opened yet" />
      ) : (
        <div className="table-wrap" tabIndex={0} role="group" aria-labelledby="links">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Link</th>
                <th scope="col">In</th>
                <th scope="col">Opens</th>
                <th scope="col">Scores</th>
              </tr>
            </thead>
            <tbody>
              {props.links.map((link) => (
                <tr key={link.id}>
                  <th scope="row" dir="auto">
                    {link.title}
                  </th>
                  <td dir="auto">{link.context}</td>
                  <td>
                    <select
                      className="input slim"
                      aria-label={`What “${link.title}” opens`}
                      value={link.assignment ?? ''}
                      disabled={point.busy}
                      onChange={(event) => {
                        point.run(link.id, event.target.value === '' ? null : event.target.value);
                      }}
                    >
                      <option value="">the course</option>
                      {props.assignments.map((assignment) => (
                        <option key={assignment.id} value={assignment.id}>
                          {assignment.title}
                        </option>
                      ))}
                    </select>
                  </td>
                  <td>{link.takesScores ? 'told to the platform' : 'the platform takes none'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
