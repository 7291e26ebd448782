import { useState, type ReactNode } from 'react';
import { useAction } from '../api/use-action.ts';
import { ProblemNote } from './problem-note.tsx';

export interface NewestFirst<R> {
  readonly rows: readonly R[];
  /** Where what is older begins; null where nothing is. */
  readonly next: string | null;
}

/** A list that begins with its newest part, in a card; older parts are asked for one after the other. */
export function OlderPages<R>(props: {
  readonly newest: NewestFirst<R>;
  readonly older: (before: string) => Promise<NewestFirst<R>>;
  readonly children: (rows: readonly R[]) => ReactNode;
}) {
  const [more, setMore] = useState<NewestFirst<R> | null>(null);
  const { next } = more ?? props.newest;
  const rows = [...props.newest.rows, ...(more?.rows ?? [])];
  const ask = useAction(async (before: string) => {
    const page = await props.older(before);
    setMore((known) => ({ rows: [...(known?.rows ?? []), ...page.rows], next: page.next }));
  });
  return (
    <div className="card flush">
      {props.children(rows)}
      {next === null ? null : (
        <div className="pager">
          <span className="numeric" role="status">
            {rows.length} shown
          </span>
          <button
            type="button"
            className="button slim"
            disabled={ask.busy}
            onClick={() => {
              ask.run(next);
            }}
          >
            {ask.busy ? 'Loading …' : 'Show older ones'}
          </button>
        </div>
      )}
      <ProblemNote problem={ask.problem} />
    </div>
  );
}
