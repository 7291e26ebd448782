import { useState } from 'react';
import { TextField } from '../ui/field.tsx';
import { GrantForm } from './grant-form.tsx';

/** A score set by hand, above every attempt and late rule. */
export function OverrideForm({ path, onDone }: { readonly path: string; readonly onDone: () => void }) {
  const [score, setScore] = useState('');
  return (
    <GrantForm
      title="Override"
      label="Set the score"
      path={path}
      grant={() => ({ score: Number(score) })}
      onDone={onDone}
    >
      {(wrong) => (
        <TextField
          label="Score"
          type="number"
          min={0}
          max={100}
          step="any"
          value={score}
          onChange={setScore}
          required
          help="From 0 to 100. Counts whatever the attempts say."
          wrong={wrong('score')}
        />
      )}
    </GrantForm>
  );
}
