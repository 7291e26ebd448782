import type { ReactNode } from 'react';

interface Props {
  readonly kind: 'quiet' | 'danger';
  /** Says which row it is about, for those who don't see the row. */
  readonly label: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** An act upon one row of a table. */
export function RowButton({ kind, label, disabled = false, onClick, children }: Props) {
  return (
    <button
      type="button"
      className={`button ${kind} slim`}
      disabled={disabled}
      aria-label={label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
