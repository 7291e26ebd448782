import type { ReactNode } from 'react';

export interface Column<R> {
  /** On a phone it stands before each of the column's values. */
  readonly head: string;
  readonly cell: (row: R) => ReactNode;
  /** `name` says which row it is, `number` stands at the right, `acts` needs no head for those who see it. */
  readonly kind?: 'name' | 'number' | 'acts';
  /** Class names of the column's cells. */
  readonly look?: string;
}

/** Rows under heads; on a phone each row is a small list of its own, so that nothing lies beside the screen. */
export function Table<R>(props: {
  readonly label: string;
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string;
  readonly columns: readonly Column<R>[];
}) {
  return (
    <div className="table-wrap" tabIndex={0} role="group" aria-label={props.label}>
      <table className="table rows">
        <thead>
          <tr>
            {props.columns.map(({ head, kind }) => (
              <th key={head} scope="col" className={kind === 'number' ? 'right' : ''}>
                {kind === 'acts' ? <span className="visually-hidden">{head}</span> : head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={props.keyOf(row)}>
              {props.columns.map((column) => (
                <Cell key={column.head} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<R>({ column, row }: { readonly column: Column<R>; readonly row: R }) {
  const { head, kind, look = '', cell } = column;
  if (kind === 'name') {
    return (
      <th scope="row" className={look}>
        {cell(row)}
      </th>
    );
  }
  if (kind === 'acts') return <td className={`acts ${look}`}>{cell(row)}</td>;
  return (
    <td className={kind === 'number' ? `right ${look}` : look} data-head={head}>
      {cell(row)}
    </td>
  );
}
