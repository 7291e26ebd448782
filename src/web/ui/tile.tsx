import type { ReactNode } from 'react';

/** One figure among `.tiles`, with what it is of. */
export function Tile(props: {
  readonly label: string;
  readonly value: ReactNode;
  readonly of?: string;
  readonly tone?: 'up' | 'down' | undefined;
}) {
  return (
    <div className={`tile ${props.tone ?? ''}`}>
      <dt>{props.label}</dt>
      <dd>
        {props.value} {props.of === undefined ? null : <small>{props.of}</small>}
      </dd>
    </div>
  );
}
