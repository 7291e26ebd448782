import { useState, type ReactNode } from 'react';
import { tell } from '../api/client.ts';
import { fieldProblem, useAction } from '../api/use-action.ts';
import { TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';

/** What is granted to one learner, with the reason that the learner sees. */
export function GrantForm(props: {
  readonly title: string;
  readonly label: string;
  readonly path: string;
  /** What is granted, without the reason. */
  readonly grant: () => Readonly<Record<string, unknown>>;
  readonly onDone: () => void;
  /** The fields of it; `wrong` tells what of one was refused. */
  readonly children: (wrong: (field: string) => string | null) => ReactNode;
}) {
  const [reason, setReason] = useState('');
  const save = useAction(async () => {
    await tell(props.path, { method: 'PUT', body: { ...props.grant(), reason } });
    props.onDone();
  });
  const wrong = (field: string): string | null => fieldProblem(save.problem, field);
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        save.run();
      }}
    >
      <h2>{props.title}</h2>
      <ProblemNote problem={save.problem} />
      {props.children(wrong)}
      <TextField
        label="Reason"
        value={reason}
        onChange={setReason}
        required
        help="The learner sees it."
        wrong={wrong('reason')}
      />
      <div>
        <button type="submit" className="button primary" disabled={save.busy}>
          {props.label}
        </button>
      </div>
    </form>
  );
}
