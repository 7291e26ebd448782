import { useState } from 'react';

/** One page of a list held in memory. `page` counts from 0 and stays within the list when it shrinks. */
export function usePages<T>(rows: readonly T[], size: number) {
  const [wanted, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const page = Math.min(wanted, pages - 1);
  return {
    shown: rows.slice(page * size, (page + 1) * size),
    page,
    pages,
    setPage,
    total: rows.length,
    size,
  };
}

export function Pager(props: {
  readonly page: number;
  readonly pages: number;
  readonly total: number;
  readonly size: number;
  readonly setPage: (page: number) => void;
  readonly noun: string;
}) {
  if (props.total === 0) return null;
  const from = props.page * props.size + 1;
  const to = Math.min(props.total, from + props.size - 1);
  return (
    <nav className="pager" aria-label={`Pages of ${props.noun}`}>
      <span className="numeric" role="status">
        {from}–{to} of {props.total} {props.noun}
      </span>
      {props.pages === 1 ? null : (
        <span className="row">
          <button
            type="button"
            className="button slim"
            disabled={props.page === 0}
            onClick={() => {
              props.setPage(props.page - 1);
            }}
          >
            Previous
          </button>
          <span className="numeric">
            Page {props.page + 1} of {props.pages}
          </span>
          <button
            type="button"
            className="button slim"
            disabled={props.page >= props.pages - 1}
            onClick={() => {
              props.setPage(props.page + 1);
            }}
          >
            Next
          </button>
        </span>
      )}
    </nav>
  );
}
