import { RowButton } from './row-button.tsx';
import type { Column } from './table.tsx';

/** Takes back what was given out: a token, an invitation. `named` says which one it is, for those who don't see the row. */
export function revokeColumn<R extends { readonly id: string }>(
  named: (row: R) => string,
  revoke: { readonly busy: boolean; readonly run: (id: string) => void },
): Column<R> {
  return {
    head: 'Revoke',
    kind: 'acts',
    cell: (row) => (
      <RowButton
        kind="danger"
        label={`Revoke ${named(row)}`}
        disabled={revoke.busy}
        onClick={() => {
          revoke.run(row.id);
        }}
      >
        Revoke
      </RowButton>
    ),
  };
}
