import { useRef, useState } from 'react';
import { Link } from 'react-router';
import type { Gradebook } from '../../http/schemas/gradebook.ts';
import { Person } from '../ui/person.tsx';
import { formatScore } from '../ui/score-ring.tsx';
import { GradeCell } from './grade-cell.tsx';
import type { Learner, SortKey, View } from './rows.ts';

/** Height of a row in px (`.grade td` in tables.css): only rows near the window are in the page. */
const ROW = 44;
const SPARE = 12;
/** Rows put in before the first scroll tells how high the window is. */
const FIRST = 40;

export function GradeTable(props: {
  readonly book: Gradebook;
  readonly rows: readonly Learner[];
  readonly view: View;
  readonly onSort: (key: SortKey) => void;
  /** `person assignment` of the cell that an event has just changed. */
  readonly fresh: string | null;
}) {
  const { book, rows, view } = props;
  const box = useRef<HTMLDivElement>(null);
  const [window, setWindow] = useState({ from: 0, to: FIRST });
  const from = Math.min(window.from, Math.max(0, rows.length - 1));
  const shown = rows.slice(from, window.to);
  const columns = book.assignments.length + 2;

  function look(): void {
    if (!box.current) return;
    const first = Math.max(0, Math.floor(box.current.scrollTop / ROW) - SPARE);
    const count = Math.ceil(box.current.clientHeight / ROW) + 2 * SPARE;
    // In steps, so that not every pixel of scrolling draws the table anew.
    const step = Math.floor(first / 6) * 6;
    if (step !== window.from || step + count !== window.to) setWindow({ from: step, to: step + count });
  }

  return (
    <div className="grade-wrap" ref={box} onScroll={look} tabIndex={0} role="group" aria-label="Gradebook">
      <table className="table grade" aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <SortHead label="Learner" sortKey="name" view={view} onSort={props.onSort} />
            {book.assignments.map((assignment, index) => (
              <SortHead
                key={assignment.id}
                label={assignment.title}
                sub={`weight ${assignment.weight}`}
                sortKey={index}
                view={view}
                onSort={props.onSort}
              />
            ))}
            <SortHead label="Total" sortKey="total" view={view} onSort={props.onSort} />
          </tr>
        </thead>
        <tbody>
          <Space rows={from} columns={columns} />
          {shown.map((learner, index) => (
            <tr key={learner.id} aria-rowindex={from + index + 2}>
              <th scope="row">
                <Link to={`/courses/${book.course.id}/people/${learner.id}`} title={learner.email}>
                  <Person name={learner.name} />
                </Link>
              </th>
              {book.assignments.map((assignment, column) => {
                const cell = learner.cells[column];
                const fresh = props.fresh === `${learner.id} ${assignment.id}`;
                return (
                  <td key={assignment.id} className={fresh ? 'center flash' : 'center'}>
                    {cell === undefined ? '–' : <GradeCell cell={cell} label={assignment.title} />}
                  </td>
                );
              })}
              <td className="center">
                <strong className="numeric">
                  {learner.total === null ? '–' : formatScore(learner.total)}
                </strong>
              </td>
            </tr>
          ))}
          <Space rows={Math.max(0, rows.length - from - shown.length)} columns={columns} />
        </tbody>
      </table>
    </div>
  );
}

/** Stands for rows that are out of sight. */
function Space({ rows, columns }: { readonly rows: number; readonly columns: number }) {
  if (rows === 0) return null;
  return (
    <tr aria-hidden="true" className="space">
      <td colSpan={columns} style={{ height: rows * ROW, padding: 0, border: 0 }} />
    </tr>
  );
}

function SortHead(props: {
  readonly label: string;
  readonly sub?: string;
  readonly sortKey: SortKey;
  readonly view: View;
  readonly onSort: (key: SortKey) => void;
}) {
  const sorted = props.view.sort === props.sortKey;
  return (
    <th
      scope="col"
      className={props.sortKey === 'name' ? '' : 'center'}
      aria-sort={sorted ? (props.view.descending ? 'descending' : 'ascending') : undefined}
    >
      <button
        type="button"
        className="sorter"
        title={props.label}
        onClick={() => {
          props.onSort(props.sortKey);
        }}
      >
        <span className="title">{props.label}</span>
        <span className="arrow" aria-hidden="true">
          {sorted ? (props.view.descending ? '↓' : '↑') : ''}
        </span>
      </button>
      {props.sub === undefined ? null : <div className="small muted grade-weight">{props.sub}</div>}
    </th>
  );
}
