import type { ReactNode } from 'react';

/** A table that scrolls sideways by itself on a narrow screen, and by keyboard. */
export function WideTable(props: {
  readonly label: string;
  readonly head: readonly ReactNode[];
  /** Columns of numbers, whose heads stand at the right as the numbers do. */
  readonly numeric?: readonly number[];
  readonly look?: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="table-wrap" tabIndex={0} role="group" aria-label={props.label}>
      <table className={`table ev-table ${props.look ?? ''}`}>
        <thead>
          <tr>
            {props.head.map((cell, index) => (
              <th key={index} scope="col" className={props.numeric?.includes(index) === true ? 'right' : ''}>
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
