import { AuditPage as AuditEntries, PeopleList, type AuditEntry } from '../../http/schemas/course.ts';
import { ask } from '../api/client.ts';
import { useResource } from '../api/use-resource.ts';
import { useCourse } from '../session.tsx';
import { actWords, subjectWords } from '../ui/act-words.ts';
import { AsyncView } from '../ui/async-view.tsx';
import { Empty } from '../ui/empty.tsx';
import { fieldWords } from '../ui/field-words.ts';
import { OlderPages } from '../ui/older-pages.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Person } from '../ui/person.tsx';
import { Table } from '../ui/table.tsx';
import { When } from '../ui/when.tsx';

const PAGE = 50;

/** Who changed what that touches a grade. */
export function AuditPage() {
  const course = useCourse();
  const path = `/courses/${course.id}/audit`;
  const first = useResource(AuditEntries, `${path}?limit=${PAGE}`);
  return (
    <>
      <PageHead
        title="Audit log"
        crumbs={[{ to: `/courses/${course.id}`, label: course.title }]}
        sub="Everything that changes a grade, and who may: newest first."
      />
      <AsyncView resource={first}>
        {(page) =>
          page.entries.length === 0 ? (
            <div className="card">
              <Empty title="Nothing has happened yet">
                Settings, extensions, overrides and regrades are listed here.
              </Empty>
            </div>
          ) : (
            <OlderPages
              newest={{ rows: page.entries, next: page.next }}
              older={async (before) => {
                const query = `limit=${PAGE}&before=${encodeURIComponent(before)}`;
                const { entries, next } = await ask(AuditEntries, `${path}?${query}`);
                return { rows: entries, next };
              }}
            >
              {(entries) => <Entries entries={entries} zone={course.timeZone} course={course.id} />}
            </OlderPages>
          )
        }
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
          <dt>{fieldWords(name)}</dt>
          <dd>{valueWords(value)}</dd>
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

function valueWords(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
