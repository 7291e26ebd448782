import { useState } from 'react';
import { ImportOutcome } from '../../http/schemas/course.ts';
import { ask } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';

/** Imports a CSV list: first what it would do, then, once that is looked at, for real. */
export function ImportPeople(props: {
  readonly course: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const [csv, setCsv] = useState('');
  const [outcome, setOutcome] = useState<ImportOutcome | null>(null);
  const send = useAction(async (dryRun: boolean) => {
    const path = `/courses/${props.course}/people/import?dryRun=${String(dryRun)}`;
    setOutcome(await ask(ImportOutcome, path, { method: 'POST', body: csv, contentType: 'text/csv' }));
    if (!dryRun) props.onDone();
  });
  const ready = outcome?.dryRun === true && outcome.problems.length === 0;
  const done = outcome?.dryRun === false && outcome.problems.length === 0;
  return (
    <Dialog title="Import a CSV list" onClose={props.onClose}>
      <div className="form">
        <Field
          label="List"
          help={
            <>
              First line <code>name,email</code>, and <code>externalId</code> and <code>role</code> if you
              like. People who are in the course already are brought up to date.
            </>
          }
        >
          {(control) => (
            <textarea
              {...control}
              className="input mono"
              rows={8}
              placeholder={'name,email,externalId\nAda Lovelace,ada@example.edu,1815'}
              value={csv}
              onChange={(event) => {
                setCsv(event.target.value);
                setOutcome(null);
              }}
            />
          )}
        </Field>
        <Field label="Or from a file">
          {(control) => (
            <input
              {...control}
              type="file"
              accept=".csv,text/csv,text/plain"
              className="input"
              onChange={(event) => {
                const file = event.target.files?.[0];
                setOutcome(null);
                if (file) void file.text().then(setCsv);
              }}
            />
          )}
        </Field>
        <ProblemNote problem={send.problem} />
        {outcome === null ? null : <Outcome outcome={outcome} />}
        <div className="row">
          {done ? null : (
            <button
              type="button"
              className="button primary"
              disabled={send.busy || csv.trim() === ''}
              onClick={() => {
                send.run(!ready);
              }}
            >
              {ready ? 'Import for real' : 'Look at what it would do'}
            </button>
          )}
          <button type="button" className="button quiet" onClick={props.onClose}>
            {done ? 'Close' : 'Cancel'}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

function Outcome({ outcome }: { readonly outcome: ImportOutcome }) {
  if (outcome.problems.length > 0) {
    return (
      <div className="note fail" role="alert">
        <p>
          <strong>Nothing is imported while there are problems.</strong>
        </p>
        <ul className="small">
          {outcome.problems.slice(0, 50).map((problem) => (
            <li key={`${problem.line} ${problem.message}`}>
              line {problem.line}: {problem.message}
            </li>
          ))}
        </ul>
      </div>
    );
  }
  const verb = outcome.dryRun ? 'would be' : 'were';
  return (
    <p className="note pass" role="status">
      {outcome.added} {verb} added, {outcome.changed} changed, {outcome.unchanged} left as they are.
    </p>
  );
}
