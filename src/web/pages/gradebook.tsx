import { useDeferredValue, useMemo, useState } from 'react';
import { Gradebook, GradebookChange } from '../../http/schemas/gradebook.ts';
import { addressOf } from '../api/client.ts';
import { useEvents } from '../api/use-events.ts';
import { useResource } from '../api/use-resource.ts';
import { GradeTable } from '../gradebook/grade-table.tsx';
import { FILTERS, rowsOf, withChange, type SortKey, type View } from '../gradebook/rows.ts';
import { useCourse } from '../session.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { Empty } from '../ui/empty.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { formatScore } from '../ui/score-ring.tsx';
import { When } from '../ui/when.tsx';

/** Learners × assignments, live as verdicts come in. */
export function GradebookPage() {
  const course = useCourse();
  const path = `/courses/${course.id}/gradebook`;
  const book = useResource(Gradebook, path);
  const [fresh, setFresh] = useState<string | null>(null);
  useEvents(`${path}/events`, ['cell'], (_name, data) => {
    const change = GradebookChange.safeParse(data);
    if (book.state !== 'ready' || !change.success) return;
    book.replace(withChange(book.value, change.data));
    setFresh(`${change.data.person} ${change.data.assignment}`);
  });
  return (
    <>
      <PageHead
        title="Gradebook"
        crumbs={[{ to: `/courses/${course.id}`, label: course.title }]}
        sub={
          book.state === 'ready' ? (
            <>
              As of <When at={book.value.asOf} zone={course.timeZone} />, live since then.
            </>
          ) : undefined
        }
        actions={<Downloads path={path} />}
      />
      <AsyncView resource={book}>{(value) => <Book book={value} fresh={fresh} />}</AsyncView>
    </>
  );
}

function Downloads({ path }: { readonly path: string }) {
  return (
    <>
      {(['plain', 'canvas', 'moodle'] as const).map((format) => (
        <a key={format} className="button slim" href={addressOf(`${path}.csv?format=${format}`)} download>
          CSV{format === 'plain' ? '' : ` for ${format === 'canvas' ? 'Canvas' : 'Moodle'}`}
        </a>
      ))}
    </>
  );
}

function Book({ book, fresh }: { readonly book: Gradebook; readonly fresh: string | null }) {
  const [view, setView] = useState<View>({ search: '', filter: 'all', sort: 'name', descending: false });
  const deferred = useDeferredValue(view);
  const rows = useMemo(() => rowsOf(book, deferred), [book, deferred]);

  function sortBy(key: SortKey): void {
    const again = view.sort === key;
    setView({ ...view, sort: key, descending: again ? !view.descending : key !== 'name' });
  }

  if (book.learners.length === 0) {
    return (
      <div className="card">
        <Empty title="No learner yet">
          Add people, import a list or make an invitation link under “People”.
        </Empty>
      </div>
    );
  }
  return (
    <>
      <div className="toolbar">
        <TextField
          label="Search"
          type="search"
          wide
          placeholder="name, e-mail or number"
          value={view.search}
          onChange={(search) => {
            setView({ ...view, search });
          }}
        />
        <SelectField
          label="Show"
          value={view.filter}
          options={FILTERS}
          onChange={(filter) => {
            setView({ ...view, filter });
          }}
        />
        <p className="toolbar-count small muted numeric" role="status">
          {rows.length} of {book.learners.length} learners · mean total {meanOf(rows.map((row) => row.total))}
        </p>
      </div>
      <div className="card flush">
        {rows.length === 0 ? (
          <Empty title="Nobody matches" icon="search">
            Search for less, or show all learners.
          </Empty>
        ) : (
          <GradeTable book={book} rows={rows} view={view} onSort={sortBy} fresh={fresh} />
        )}
      </div>
      <p className="small muted legend">
        <span className="grade-cell pass">passed</span> <span className="grade-cell part">50 or more</span>{' '}
        <span className="grade-cell fail">below 50</span>{' '}
        <span className="grade-cell live">being graded</span> late: points taken off · ✎ score set by hand · +
        extension
      </p>
    </>
  );
}

function meanOf(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return '–';
  return formatScore(known.reduce((sum, value) => sum + value, 0) / known.length);
}
