import { useState } from 'react';
import { useNavigate } from 'react-router';
import { RegradeAccepted } from '../../http/schemas/regrade.ts';
import type { Submission } from '../../http/schemas/submission.ts';
import { ask } from '../api/client.ts';
import { fieldProblem, useAction } from '../api/use-action.ts';
import { TextField } from './field.tsx';
import { FormDialog } from './form-dialog.tsx';

/** Grades one submission anew; the outcome waits in a regrade set where it would lower a score. */
export function RegradeButton({ submission }: { readonly submission: Submission }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const navigate = useNavigate();
  const regrade = useAction(async () => {
    const body = { reason };
    const accepted = await ask(RegradeAccepted, `/submissions/${submission.id}/regrade`, {
      method: 'POST',
      body,
    });
    await navigate(`/courses/${submission.course.id}/regrades/${accepted.regradeSet}`);
  });
  function close(): void {
    setOpen(false);
  }
  return (
    <>
      <button
        type="button"
        className="button"
        onClick={() => {
          setOpen(true);
        }}
      >
        Regrade
      </button>
      {open ? (
        <FormDialog
          title={`Regrade attempt ${submission.attempt}`}
          onClose={close}
          label="Regrade"
          busy={regrade.busy}
          problem={regrade.problem}
          onSend={regrade.run}
        >
          <p className="muted">
            The same files are graded again by the scenario as it is now. A higher score counts by itself; a
            lower one waits until you apply it.
          </p>
          <TextField
            label="Reason"
            value={reason}
            onChange={setReason}
            required
            help="Kept in the audit log."
            wrong={fieldProblem(regrade.problem, 'reason')}
          />
        </FormDialog>
      ) : null}
    </>
  );
}
