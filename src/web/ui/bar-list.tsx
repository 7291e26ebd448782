export interface BarRow {
  readonly label: string;
  /** Length of the bar, from 0 to 1. */
  readonly part: number;
  readonly text: string;
}

/** Labelled bars below each other. */
export function BarList(props: {
  readonly rows: readonly BarRow[];
  readonly tone: 'own' | 'waste';
  readonly empty: string;
}) {
  if (props.rows.length === 0) return <p className="muted">{props.empty}</p>;
  return (
    <ul className="bar-list">
      {props.rows.map((row) => (
        <li key={row.label}>
          <span>{row.label}</span>
          <span className="numeric muted small">{row.text}</span>
          <span className="ev-bar" aria-hidden="true">
            <i className={props.tone} style={{ width: `${Math.min(100, row.part * 100)}%` }} />
          </span>
        </li>
      ))}
    </ul>
  );
}
