import { useState, type ReactNode } from 'react';
import type { z } from 'zod';
import { ask } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Dialog } from './dialog.tsx';
import { Field, LinesField } from './field.tsx';
import { ProblemNote } from './problem-note.tsx';

interface Outcome {
  readonly dryRun: boolean;
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/** Imports a CSV list: first what it would do, then, once that is looked at, for real. */
export function CsvImport<O extends Outcome>(props: {
  readonly path: string;
  readonly schema: z.ZodType<O>;
  readonly help: ReactNode;
  readonly placeholder: string;
  /** What was done, or would be. */
  readonly told: (outcome: O) => string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const [csv, setCsv] = useState('');
  const [outcome, setOutcome] = useState<O | null>(null);
  const send = useAction(async (dryRun: boolean) => {
    const path = `${props.path}?dryRun=${String(dryRun)}`;
    setOutcome(await ask(props.schema, path, { method: 'POST', body: csv, contentType: 'text/csv' }));
    if (!dryRun) props.onDone();
  });
  const ready = outcome?.dryRun === true && outcome.problems.length === 0;
  const done = outcome?.dryRun === false && outcome.problems.length === 0;
  return (
    <Dialog title="Import a CSV list" onClose={props.onClose}>
      <div className="form">
        <LinesField
          label="List"
          help={props.help}
          rows={8}
          placeholder={props.placeholder}
          value={csv}
          onChange={(value) => {
            setCsv(value);
            setOutcome(null);
          }}
        />
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
        {outcome === null ? null : <Told outcome={outcome} text={props.told(outcome)} />}
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

function Told({ outcome, text }: { readonly outcome: Outcome; readonly text: string }) {
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
  return (
    <p className="note pass" role="status">
      {text}
    </p>
  );
}
