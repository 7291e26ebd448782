import { useState } from 'react';
import { AuditPage as AuditEntries, PeopleList, type AuditEntry } from '../../http/schemas/course.ts';
import { ask } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { useResource } from '../api/use-resource.ts';
import { useCourse } from '../session.tsx';
import { actWords, subjectWords } from '../ui/act-words.ts';
import { AsyncView } from '../ui/async-view.tsx';
import { Empty } from '../ui/empty.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Person } from '../ui/person.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Table } from '../ui/table.tsx';
import { When } from '../ui/when.tsx';

/** Who changed what that touches a grade. */
export function AuditPage() {
  const course = useCourse();
  const path = `/courses/${course.id}/audit`;
  const first = useResource(AuditEntries, `${path}?limit=50`);
  const [older, setOlder] = useState<readonly AuditEntry[]>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const more = useAction(async (before: string) => {
    const page = await ask(AuditEntries, `${path}?limit=50&before=${encodeURIComponent(before)}`);
    setOlder((known) => [...known, ...page.entries]);
    setNext(page.next);
  });
  return (
    <>
      <PageHead
        title="Audit log"
        crumbs={[{ to: `/courses/${course.id}`, label: course.title }]}
        sub="Everything that changes a grade, and who may: newest first."
      />
      <AsyncView resource={first}>
        {(page) => {
          const before = next === undefined ? page.next : next;
          return page.entries.length === 0 ? (
            <div className="card">
              <Empty title="Nothing has happened yet">
                Settings, extensions, overrides and regrades are listed here.
              </Empty>
            </div>
          ) : (
            <div className="card flush">
              <Entries entries={[...page.entries, ...older]} zone={course.timeZone} course={course.id} />
              {before === null ? null : (
                <div className="pager">
                  <span>{page.entries.length + older.length} shown</span>
                  <button
                    type="button"
                    className="button slim"
                    disabled={more.busy}
                    onClick={() => {
                      more.run(before);
                    }}
                  >
                    Show older ones
                  </button>
                </div>
              )}
              <ProblemNote problem={more.problem} />
            </div>
          );
        }}
      </AsyncView>
    </>
  );
}

function Entries({
  entries,
  zone,
  course,
}: {
  readonly entries: readonly AuditEntry[];
  readonly zone: string;
  readonly course: string;
}) {
  const people = useResource(PeopleList, `/courses/${course}/people`);
  const names = new Map(people.state === 'ready' ? people.value.people.map((one) => [one.id, one.name]) : []);
  return (
    <Table
      label="Entries"
      rows={entries}
      keyOf={(entry) => entry.id}
      columns={[
        { head: 'When', look: 'nowrap', cell: (entry) => <When at={entry.at} zone={zone} /> },
        {
          head: 'Who',
          look: 'name-cell',
          cell: ({ actor }) =>
            actor === null ? <span className="muted">the system</span> : <Person name={actor.name} />,
        },
        {
          head: 'What',
          kind: 'name',
          cell: (entry) => (
            <>
              {actWords(entry.act)}
              <div className="small muted wrap-anywhere">{subjectWords(entry.subject, names)}</div>
            </>
          ),
        },
        { head: 'Details', cell: (entry) => <Detail detail={entry.detail} /> },
      ]}
    />
  );
}

/** More than these are folded up. */
const SHOWN = 4;

function Detail({ detail }: { readonly detail: AuditEntry['detail'] }) {
  const told = Object.entries(detail).filter(([, value]) => value !== null);
  const list = (
    <dl className="audit-detail small">
      {told.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
  if (told.length <= SHOWN) return list;
  return (
    <details className="small">
      <summary>{told.length} settings</summary>
      {list}
    </details>
  );
}
