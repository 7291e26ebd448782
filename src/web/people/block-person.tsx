import { useState } from 'react';
import type { Member } from '../../http/schemas/field-types.ts';
import { tell } from '../api/client.ts';
import { fieldProblem, useAction } from '../api/use-action.ts';
import { TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';

/** Shuts a person out of the whole service, with the reason for the audit log. */
export function BlockPerson(props: {
  readonly member: Member;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { member } = props;
  const [reason, setReason] = useState('');
  const block = useAction(async () => {
    await tell(`/people/${member.id}/block`, { method: 'PUT', body: { reason } });
    props.onDone();
    props.onClose();
  });
  return (
    <FormDialog
      title={`Block ${member.name}`}
      onClose={props.onClose}
      label="Block"
      danger
      busy={block.busy}
      problem={block.problem}
      onSend={block.run}
    >
      <p>
        They are signed out at once and let in nowhere any more: by no link, token or institution, in no
        course. Their work and grades stay, and you can let them in again.
      </p>
      <TextField
        label="Reason"
        value={reason}
        onChange={setReason}
        help="Goes into the audit log."
        required
        wrong={fieldProblem(block.problem, 'reason')}
      />
    </FormDialog>
  );
}
