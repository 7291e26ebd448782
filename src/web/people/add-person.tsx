import { useState } from 'react';
import { CourseRole } from '../../core/role.ts';
import { tell } from '../api/client.ts';
import { fieldProblem, useAction } from '../api/use-action.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';

export function AddPerson(props: {
  readonly course: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [externalId, setExternalId] = useState('');
  const [role, setRole] = useState<CourseRole>('learner');
  const add = useAction(async () => {
    const body = { name, email, role, ...(externalId.trim() !== '' && { externalId }) };
    await tell(`/courses/${props.course}/people`, { method: 'POST', body });
    props.onDone();
    props.onClose();
  });
  return (
    <FormDialog
      title="Add a person"
      onClose={props.onClose}
      label="Add"
      busy={add.busy}
      problem={add.problem}
      onSend={add.run}
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        required
        wrong={fieldProblem(add.problem, 'name')}
      />
      <TextField
        label="E-mail address"
        type="email"
        value={email}
        onChange={setEmail}
        required
        wrong={fieldProblem(add.problem, 'email')}
      />
      <TextField
        label="Number in your institution"
        value={externalId}
        onChange={setExternalId}
        help="Optional; goes into the CSV for Canvas and Moodle."
        wrong={fieldProblem(add.problem, 'externalId')}
      />
      <SelectField
        label="Role"
        value={role}
        options={CourseRole.options.map((value) => ({ value, label: value }))}
        onChange={setRole}
      />
    </FormDialog>
  );
}
