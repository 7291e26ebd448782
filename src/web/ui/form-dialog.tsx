import type { ReactNode } from 'react';
import type { Problem } from '../api/client.ts';
import { Dialog } from './dialog.tsx';
import { ProblemNote } from './problem-note.tsx';

/** A form in a dialog: what it was refused for stands above its fields, sending and giving up below them. */
export function FormDialog(props: {
  readonly title: string;
  /** On the button that sends it. */
  readonly label: string;
  readonly danger?: boolean;
  readonly busy: boolean;
  readonly problem: Problem | null;
  readonly onSend: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          props.onSend();
        }}
      >
        <ProblemNote problem={props.problem} />
        {props.children}
        <div className="row">
          <button
            type="submit"
            className={props.danger === true ? 'button danger' : 'button primary'}
            disabled={props.busy}
          >
            {props.busy ? 'One moment …' : props.label}
          </button>
          <button type="button" className="button quiet" onClick={props.onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
