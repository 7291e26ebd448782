import { useState } from 'react';
import { tell } from '../api/client.ts';
import { fieldProblem, useAction } from '../api/use-action.ts';
import { TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';

/** A score set by hand, above every attempt and late rule. */
export function OverrideForm({ path, onDone }: { readonly path: string; readonly onDone: () => void }) {
  const [score, setScore] = useState('');
  const [reason, setReason] = useState('');
  const save = useAction(async () => {
    await tell(path, { method: 'PUT', body: { score: Number(score), reason } });
    onDone();
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        save.run();
      }}
    >
      <h2>Override</h2>
      <ProblemNote problem={save.problem} />
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
        wrong={fieldProblem(save.problem, 'score')}
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
          Set the score
        </button>
      </div>
    </form>
  );
}
