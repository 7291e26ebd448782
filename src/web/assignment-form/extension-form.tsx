import { useState } from 'react';
import type { Assignment } from '../../http/schemas/assignment.ts';
import { tell } from '../api/client.ts';
import { fieldProblem, useAction } from '../api/use-action.ts';
import { TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { fromZonedInput, toZonedInput } from '../ui/zoned-input.ts';

/** More time or more attempts for one learner. */
export function ExtensionForm(props: {
  readonly path: string;
  readonly assignment: Assignment;
  readonly zone: string;
  readonly onDone: () => void;
}) {
  const { assignment, zone } = props;
  const [dueAt, setDueAt] = useState(() => toZonedInput(assignment.dueAt, zone));
  const [closesAt, setClosesAt] = useState(() => toZonedInput(assignment.closesAt, zone));
  const [extra, setExtra] = useState('0');
  const [reason, setReason] = useState('');
  const save = useAction(async () => {
    const body = {
      dueAt: fromZonedInput(dueAt, zone),
      closesAt: fromZonedInput(closesAt, zone),
      extraAttempts: Number(extra),
      reason,
    };
    await tell(props.path, { method: 'PUT', body });
    props.onDone();
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        save.run();
      }}
    >
      <h2>Extension</h2>
      <ProblemNote problem={save.problem} />
      <div className="form-grid">
        <TextField label="Due" type="datetime-local" value={dueAt} onChange={setDueAt} help={zone} />
        <TextField label="Closes" type="datetime-local" value={closesAt} onChange={setClosesAt} help={zone} />
      </div>
      <TextField
        label="More attempts"
        type="number"
        min={0}
        max={1000}
        value={extra}
        onChange={setExtra}
        wrong={fieldProblem(save.problem, 'extraAttempts')}
      />
      <TextField
        label="Reason"
        value={reason}
        onChange={setReason}
        required
        help="The learner sees it."
        wrong={fieldProblem(save.problem, 'reason')}
      />
      <div>
        <button type="submit" className="button primary" disabled={save.busy}>
          Grant the extension
        </button>
      </div>
    </form>
  );
}
