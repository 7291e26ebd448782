import { useId, useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Assignment } from '../../http/schemas/assignment.ts';
import { useAction } from '../api/use-action.ts';
import { Icon } from '../ui/icon.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { When } from '../ui/when.tsx';
import { bodyOf, collectChosen, collectDropped, describe, type Collected, type Project } from './collect.ts';
import { newKey, sendSubmission } from './send.ts';

/** Submitting by drag and drop, by choosing an archive, files or a folder, or by editing in the page. */
export function SubmitPanel(props: {
  readonly assignment: Assignment;
  readonly path: string;
  readonly course: string;
  readonly reload: () => void;
}) {
  const { assignment, path } = props;
  const navigate = useNavigate();
  const [collected, setCollected] = useState<Collected | null>(null);
  const [over, setOver] = useState(false);
  const key = useRef(newKey());

  const send = useAction(async (what: Project) => {
    // What is put in meanwhile has another.
    const own = key.current;
    const accepted = await sendSubmission(path, await bodyOf(what), own);
    await navigate(`/submissions/${accepted.id}`);
  });

  function take(what: Collected): void {
    send.clear();
    key.current = newKey();
    setCollected(what);
  }

  function choose(files: readonly File[]): void {
    take(collectChosen(files, assignment.intake));
  }

  /** What was put in last counts, whichever took longer to be looked through. */
  async function drop(items: DataTransferItemList): Promise<void> {
    const before = (key.current = newKey());
    const what = await collectDropped(items, assignment.intake);
    if (key.current === before) take(what);
  }

  if (!assignment.submit.allowed) return <NotNow assignment={assignment} reload={props.reload} />;
  return (
    <div className="stack tight">
      <div
        className={over ? 'dropzone over' : 'dropzone'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => {
          setOver(false);
        }}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void drop(event.dataTransfer.items);
        }}
      >
        <Icon name="upload" />
        <p>
          <strong>Drop your project here</strong>
          <br />
          <span className="small muted">an archive, the folder, or the files you changed</span>
        </p>
        <div className="picks">
          <Pick label="Choose files" onPick={choose} accept=".zip,.tgz,.gz" />
          <Pick label="Choose a folder" onPick={choose} folder />
        </div>
      </div>
      {collected?.kind === 'unusable' ? (
        <p className="note warn wrap-anywhere" role="alert">
          {collected.why}
        </p>
      ) : null}
      <ProblemNote problem={send.problem} />
      {collected === null || collected.kind === 'unusable' ? null : (
        <div className="stack tight">
          <p className="small">
            Ready: <strong className="wrap-anywhere">{describe(collected)}</strong>
          </p>
          <div className="row">
            <button
              type="button"
              className="button primary"
              disabled={send.busy}
              onClick={() => {
                send.run(collected);
              }}
            >
              {send.busy ? 'Sending …' : 'Submit'}
            </button>
            <button
              type="button"
              className="button quiet"
              disabled={send.busy}
              onClick={() => {
                setCollected(null);
              }}
            >
              Choose again
            </button>
          </div>
        </div>
      )}
      <p className="small muted">
        Or{' '}
        <Link to={`/courses/${props.course}/assignments/${assignment.id}/edit`}>
          edit the files in the page
        </Link>
        .
      </p>
    </div>
  );
}

function NotNow({ assignment, reload }: { readonly assignment: Assignment; readonly reload: () => void }) {
  const { reason, notBefore } = assignment.submit;
  return (
    <div className="note warn">
      <p>{reason ?? 'Nothing can be submitted at the moment.'}</p>
      {notBefore === null ? null : (
        <>
          <p className="small">
            You can submit again from <When at={notBefore} />.
          </p>
          <button type="button" className="button slim" onClick={reload}>
            Look again
          </button>
        </>
      )}
    </div>
  );
}

function Pick(props: {
  readonly label: string;
  readonly onPick: (files: readonly File[]) => void;
  readonly folder?: boolean;
  readonly accept?: string;
}) {
  const id = useId();
  const folder = props.folder === true;
  return (
    <>
      <input
        id={id}
        type="file"
        multiple
        {...(folder && { webkitdirectory: '' })}
        onChange={(event) => {
          const files = Array.from(event.target.files ?? []);
          if (files.length > 0) props.onPick(files);
          // The same choice again has to be a change again.
          event.target.value = '';
        }}
      />
      <label htmlFor={id} className="button slim">
        {props.label}
      </label>
    </>
  );
}
