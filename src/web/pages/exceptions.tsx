import { useState, type ReactNode } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { Assignment, ExtensionList, OverrideList } from '../../http/schemas/assignment.ts';
import { PeopleList } from '../../http/schemas/course.ts';
import { tell } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { useResource } from '../api/use-resource.ts';
import { ExtensionForm } from '../assignment-form/extension-form.tsx';
import { OverrideForm } from '../assignment-form/override-form.tsx';
import { useCourse } from '../session.tsx';
import { AssignmentTabs } from '../ui/assignment-tabs.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { SelectField } from '../ui/field.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Person } from '../ui/person.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { formatScore } from '../ui/score-ring.tsx';
import { Table } from '../ui/table.tsx';
import { When } from '../ui/when.tsx';
import { RowButton } from '../ui/row-button.tsx';

/** Extensions and overrides of single learners in an assignment. */
export function ExceptionsPage() {
  const course = useCourse();
  const id = useParams()['assignment'] ?? '';
  const path = `/courses/${course.id}/assignments/${id}`;
  const assignment = useResource(Assignment, path);
  const extensions = useResource(ExtensionList, `${path}/extensions`);
  const overrides = useResource(OverrideList, `${path}/overrides`);
  const people = useResource(PeopleList, `/courses/${course.id}/people`);
  const [search] = useSearchParams();
  const [chosen, setChosen] = useState(search.get('person') ?? '');
  const reload = (): void => {
    if (extensions.state !== 'loading') extensions.reload();
    if (overrides.state !== 'loading') overrides.reload();
  };
  const remove = useAction(async (what: string) => {
    await tell(`${path}/${what}`, { method: 'DELETE' });
    reload();
  });
  const learners =
    people.state === 'ready' ? people.value.people.filter((one) => one.role === 'learner') : [];
  return (
    <>
      <PageHead
        title={assignment.state === 'ready' ? assignment.value.title : 'Extensions and overrides'}
        crumbs={[{ to: `/courses/${course.id}`, label: course.title }]}
      />
      <AssignmentTabs course={course.id} assignment={id} />
      <ProblemNote problem={remove.problem} />
      <div className="stack">
        {course.instructor ? (
          <section className="card stack" aria-label="Make an exception">
            <div className="toolbar last">
              <SelectField
                label="Learner"
                wide
                value={chosen}
                options={[
                  { value: '', label: 'choose a learner' },
                  ...learners.map((one) => ({
                    value: one.id,
                    label: `\u2068${one.name}\u2069 (${one.email})`,
                  })),
                ]}
                onChange={setChosen}
              />
            </div>
            {chosen === '' || assignment.state !== 'ready' ? null : (
              <div className="halves">
                <ExtensionForm
                  key={`e ${chosen}`}
                  path={`${path}/extensions/${chosen}`}
                  assignment={assignment.value}
                  zone={course.timeZone}
                  onDone={reload}
                />
                <OverrideForm key={`o ${chosen}`} path={`${path}/overrides/${chosen}`} onDone={reload} />
              </div>
            )}
          </section>
        ) : null}
        <section className="card flush" aria-labelledby="extensions">
          <div className="card-head">
            <h2 id="extensions">Extensions</h2>
          </div>
          <AsyncView resource={extensions}>
            {(list) => (
              <Exceptions
                noun="extension"
                rows={list.extensions.map((one) => ({
                  ...one,
                  what: (
                    <>
                      {one.dueAt === null ? null : (
                        <div>
                          due <When at={one.dueAt} zone={course.timeZone} />
                        </div>
                      )}
                      {one.closesAt === null ? null : (
                        <div>
                          closes <When at={one.closesAt} zone={course.timeZone} />
                        </div>
                      )}
                      {one.extraAttempts === 0 ? null : (
                        <div>
                          {one.extraAttempts} more {one.extraAttempts === 1 ? 'attempt' : 'attempts'}
                        </div>
                      )}
                    </>
                  ),
                }))}
                remove={
                  course.instructor
                    ? (person) => {
                        remove.run(`extensions/${person}`);
                      }
                    : null
                }
              />
            )}
          </AsyncView>
        </section>
        <section className="card flush" aria-labelledby="overrides">
          <div className="card-head">
            <h2 id="overrides">Overrides</h2>
          </div>
          <AsyncView resource={overrides}>
            {(list) => (
              <Exceptions
                noun="override"
                rows={list.overrides.map((one) => ({
                  ...one,
                  what: <strong>{formatScore(one.score)}</strong>,
                }))}
                remove={
                  course.instructor
                    ? (person) => {
                        remove.run(`overrides/${person}`);
                      }
                    : null
                }
              />
            )}
          </AsyncView>
        </section>
      </div>
    </>
  );
}

interface ExceptionRow {
  readonly person: { readonly id: string; readonly name: string };
  readonly what: ReactNode;
  readonly reason: string;
  readonly by: { readonly name: string };
  readonly at: string;
}

function Exceptions(props: {
  readonly noun: string;
  readonly rows: readonly ExceptionRow[];
  readonly remove: ((person: string) => void) | null;
}) {
  if (props.rows.length === 0) return <p className="muted card-pad">There is no {props.noun}.</p>;
  return (
    <Table
      label={`${props.noun}s`}
      rows={props.rows}
      keyOf={(row) => row.person.id}
      columns={[
        {
          head: 'Learner',
          kind: 'name',
          look: 'name-cell',
          cell: (row) => <Person name={row.person.name} />,
        },
        { head: 'What', look: 'nowrap', cell: (row) => row.what },
        {
          head: 'Reason',
          look: 'wide wrap-anywhere',
          cell: (row) => <span dir="auto">{row.reason}</span>,
        },
        {
          head: 'By',
          look: 'name-cell',
          cell: (row) => (
            <>
              <Person name={row.by.name} />
              <div className="small muted nowrap">
                <When at={row.at} />
              </div>
            </>
          ),
        },
        {
          head: 'Remove',
          kind: 'acts',
          cell: (row) =>
            props.remove === null ? null : (
              <RowButton
                kind="danger"
                label={`Remove the ${props.noun} of ${row.person.name}`}
                onClick={() => {
                  props.remove?.(row.person.id);
                }}
              >
                Remove
              </RowButton>
            ),
        },
      ]}
    />
  );
}
