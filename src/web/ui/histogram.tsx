export interface Bar {
  readonly label: string;
  readonly count: number;
}

/** Counts as upright bars, each with its number above it. */
export function Histogram({ label, bars }: { readonly label: string; readonly bars: readonly Bar[] }) {
  const most = Math.max(0, ...bars.map((bar) => bar.count));
  if (most === 0) return <p className="muted">Nothing to count yet.</p>;
  return (
    <ol className="histogram" aria-label={label}>
      {bars.map((bar) => (
        <li key={bar.label}>
          <span className="visually-hidden">{bar.label}: </span>
          <span className="count numeric">{bar.count === 0 ? '' : bar.count}</span>
          <i
            style={{ height: bar.count === 0 ? 0 : `max(2px, ${(bar.count / most) * 8}rem)` }}
            aria-hidden="true"
          />
          <span className="label numeric" aria-hidden="true">
            {bar.label}
          </span>
        </li>
      ))}
    </ol>
  );
}
