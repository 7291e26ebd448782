import { useState } from 'react';
import type { Assignment } from '../../http/schemas/assignment.ts';
import { TextField } from '../ui/field.tsx';
import { fromZonedInput, toZonedInput } from '../ui/zoned-input.ts';
import { GrantForm } from './grant-form.tsx';

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
  return (
    <GrantForm
      title="Extension"
      label="Grant the extension"
      path={props.path}
      grant={() => ({
        dueAt: fromZonedInput(dueAt, zone),
        closesAt: fromZonedInput(closesAt, zone),
        extraAttempts: Number(extra),
      })}
      onDone={props.onDone}
    >
      {(wrong) => (
        <>
          <div className="form-grid">
            <TextField
              label="Due"
              type="datetime-local"
              value={dueAt}
              onChange={setDueAt}
              help={zone}
              wrong={wrong('dueAt')}
            />
            <TextField
              label="Closes"
              type="datetime-local"
              value={closesAt}
              onChange={setClosesAt}
              help={zone}
              wrong={wrong('closesAt')}
            />
          </div>
          <TextField
            label="More attempts"
            type="number"
            min={0}
            max={1000}
            value={extra}
            onChange={setExtra}
            wrong={wrong('extraAttempts')}
          />
        </>
      )}
    </GrantForm>
  );
}
