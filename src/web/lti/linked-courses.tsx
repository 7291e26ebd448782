import { useState } from 'react';
import { Link } from 'react-router';
import { type LtiCourse, LtiRosterResult } from '../../http/schemas/lti.ts';
import { ask, tell } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Empty } from '../ui/empty.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Table } from '../ui/table.tsx';
import { UntoldNote } from '../ui/untold-note.tsx';
import { When } from '../ui/when.tsx';
import { RowButton } from '../ui/row-button.tsx';

type Context = LtiCourse['contexts'][number];

/** The platforms' courses that lead to a course of ours, and their rosters. */
export function LinkedCourses(props: {
  readonly path: string;
  readonly contexts: readonly Context[];
  readonly zone: string;
  readonly reload: () => void;
}) {
  const [told, setTold] = useState<string | null>(null);
  const read = useAction(async ({ id, title }: Context) => {
    setTold(null);
    const path = `${props.path}/contexts/${id}/roster`;
    const { added, changed, unchanged, skipped } = await ask(LtiRosterResult, path, { method: 'POST' });
    setTold(
      `Roster of ${title}: ${added} added, ${changed} changed, ${unchanged} as they were, ${skipped} left out.`,
    );
    props.reload();
  });
  const unlink = useAction(async ({ id, title }: Context) => {
    if (!window.confirm(`Lead ${title} nowhere? Its links open nothing then. People and their work stay.`))
      return;
    await tell(`${props.path}/contexts/${id}`, { method: 'DELETE' });
    props.reload();
  });
  return (
    <section className="card flush" aria-labelledby="contexts">
      <div className="card-head">
        <h2 id="contexts">Courses of platforms that lead here</h2>
        <Link className="button slim" to="/link-course">
          Enter a ticket
        </Link>
      </div>
      <ProblemNote problem={read.problem ?? unlink.problem} />
      <div role="status">{told === null ? null : <p className="note pass">{told}</p>}</div>
      {props.contexts.map(({ id, title, platform, untold }) => (
        <UntoldNote
          key={id}
          untold={untold}
          who={`${platform} for ${title}`}
          what="scores"
          lookAt="Is the link still there on the platform, and may this tool still write grades and read who is enrolled?"
          zone={props.zone}
        />
      ))}
      {props.contexts.length === 0 ? (
        <Empty title="No course of a platform leads here">
          Open the link on the platform as its instructor: the first launch links its course, or shows a
          ticket to enter here.
        </Empty>
      ) : (
        <Table
          label="Courses of platforms"
          rows={props.contexts}
          keyOf={(context) => context.id}
          columns={[
            { head: 'Course there', kind: 'name', cell: (context) => <bdi>{context.title}</bdi> },
            { head: 'Platform', cell: (context) => context.platform },
            { head: 'Roster read', cell: (context) => rosterOf(context, props.zone) },
            {
              head: 'Actions',
              kind: 'acts',
              cell: (context) => (
                <>
                  {context.hasRoster ? (
                    <RowButton
                      kind="quiet"
                      label={`Read the roster of ${context.title}`}
                      disabled={read.busy}
                      onClick={() => {
                        read.run(context);
                      }}
                    >
                      {read.busy ? 'Reading …' : 'Read the roster'}
                    </RowButton>
                  ) : null}
                  <RowButton
                    kind="danger"
                    label={`Unlink ${context.title}`}
                    disabled={unlink.busy}
                    onClick={() => {
                      unlink.run(context);
                    }}
                  >
                    Unlink
                  </RowButton>
                </>
              ),
            },
          ]}
        />
      )}
    </section>
  );
}

function rosterOf({ hasRoster, rosterReadAt }: Context, zone: string) {
  if (!hasRoster) return 'it gives none';
  return rosterReadAt === null ? 'not yet' : <When at={rosterReadAt} zone={zone} />;
}
