import type { AssignmentItem } from '../../http/schemas/assignment.ts';
import type { LtiCourse } from '../../http/schemas/lti.ts';
import { tell } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Empty } from '../ui/empty.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Table } from '../ui/table.tsx';

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
    <section className="card flush" aria-labelledby="links">
      <div className="card-head">
        <div>
          <h2 id="links">Links in those courses</h2>
          <p className="small muted">
            Each is known from its first launch on. Once it leads to an assignment, scores that there are go
            to the platform.
          </p>
        </div>
      </div>
      <ProblemNote problem={point.problem} />
      {props.links.length === 0 ? (
        <Empty title="No link was opened yet" />
      ) : (
        <Table
          label="Links"
          rows={props.links}
          keyOf={(link) => link.id}
          columns={[
            { head: 'Link', kind: 'name', cell: (link) => <bdi>{link.title}</bdi> },
            { head: 'In', cell: (link) => <bdi>{link.context}</bdi> },
            {
              head: 'Opens',
              cell: (link) => (
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
              ),
            },
            {
              head: 'Scores',
              cell: (link) => (link.takesScores ? 'told to the platform' : 'the platform takes none'),
            },
          ]}
        />
      )}
    </section>
  );
}
