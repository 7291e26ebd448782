import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { Assignment } from '../../http/schemas/assignment.ts';
import { useAction } from '../api/use-action.ts';
import { ProblemNote } from '../ui/problem-note.tsx';
import { storeDraft, storedDraft, type Draft } from './draft.ts';
import { FileTree } from './file-tree.tsx';
import { newKey, sendSubmission } from './send.ts';

type Texts = Readonly<Record<string, string | null>>;

/** Files at the left, the chosen one's text at the right. Null texts are binary and can't be edited. */
export function Editor(props: {
  readonly assignment: Assignment;
  readonly path: string;
  /** The hand-out: what a submission of texts is laid over. */
  readonly starter: Texts;
  /** What editing starts from. */
  readonly start: Texts;
  readonly draftKey: string;
}) {
  const { assignment, start, draftKey } = props;
  const navigate = useNavigate();
  const [draft, setDraft] = useState<Draft>(() => storedDraft(draftKey));
  const [chosen, setChosen] = useState(() =>
    'Dockerfile' in start ? 'Dockerfile' : (Object.keys(start)[0] ?? ''),
  );
  const key = useRef(newKey());
  const isLocked = (path: string): boolean =>
    assignment.files.some((file) => file.path === path && !file.editable) ||
    assignment.protected.some((folder) => path.startsWith(`${folder}/`));

  const changed = Object.keys(changesOver(props.starter, start, draft));
  const send = useAction(async () => {
    const files = changesOver(props.starter, start, draft);
    const accepted = await sendSubmission(props.path, { files }, key.current);
    storeDraft(draftKey, {});
    await navigate(`/submissions/${accepted.id}`);
  });

  function edit(path: string, text: string | null): void {
    const next: Draft = { ...draft, [path]: text };
    if (text === start[path]) Reflect.deleteProperty(next, path);
    if (text === null && start[path] === undefined) Reflect.deleteProperty(next, path);
    key.current = newKey();
    setDraft(next);
    storeDraft(draftKey, next);
  }

  const text = draft[chosen] === undefined ? start[chosen] : draft[chosen];
  const removed = draft[chosen] === null;
  const locked = isLocked(chosen);
  return (
    <div className="stack">
      <div className="card flush editor">
        <FileTree
          paths={[...new Set([...Object.keys(start), ...Object.keys(draft)])].sort()}
          chosen={chosen}
          stateOf={(path) => fileState(path, start, draft, isLocked(path))}
          onChoose={setChosen}
          onAdd={(path) => {
            if (start[path] === undefined && draft[path] === undefined) edit(path, '');
            setChosen(path);
          }}
        />
        <div className="editor-pane">
          <div className="editor-bar">
            <strong className="mono truncate">{chosen}</strong>
            <FileButtons
              changed={draft[chosen] !== undefined}
              removable={!locked && !removed && chosen !== ''}
              onUndo={() => {
                edit(chosen, start[chosen] ?? null);
              }}
              onRemove={() => {
                edit(chosen, null);
              }}
            />
          </div>
          {typeof text === 'string' ? (
            <textarea
              className="editor-text"
              aria-label={`Text of ${chosen}`}
              spellCheck={false}
              autoCapitalize="off"
              autoComplete="off"
              wrap="off"
              readOnly={locked}
              value={text}
              onChange={(event) => {
                edit(chosen, event.target.value);
              }}
            />
          ) : (
            <p className="editor-none muted">
              {removed
                ? 'This file will be left out of your submission.'
                : 'This file isn’t text, or it is too large to be edited here.'}
            </p>
          )}
          {locked ? (
            <p className="editor-none small muted">
              Protected: the grader replaces this file by its own copy before each build.
            </p>
          ) : null}
        </div>
      </div>
      <ProblemNote problem={send.problem} />
      {assignment.submit.allowed ? (
        <div className="row">
          <button type="button" className="button primary" disabled={send.busy} onClick={send.run}>
            {send.busy ? 'Sending …' : 'Submit'}
          </button>
          <span className="small muted wrap-anywhere">
            {changed.length === 0
              ? 'Nothing differs from the hand-out yet.'
              : `Differs from the hand-out: ${changed.join(', ')}`}
          </span>
        </div>
      ) : (
        <p className="note warn">{assignment.submit.reason ?? 'Nothing can be submitted at the moment.'}</p>
      )}
    </div>
  );
}

function FileButtons(props: {
  readonly changed: boolean;
  readonly removable: boolean;
  readonly onUndo: () => void;
  readonly onRemove: () => void;
}) {
  return (
    <span className="row">
      {props.changed ? (
        <button type="button" className="button quiet slim" onClick={props.onUndo}>
          Undo changes
        </button>
      ) : null}
      {props.removable ? (
        <button type="button" className="button quiet slim" onClick={props.onRemove}>
          Remove file
        </button>
      ) : null}
    </span>
  );
}

function fileState(
  path: string,
  start: Texts,
  draft: Draft,
  locked: boolean,
): 'removed' | 'new' | 'changed' | 'locked' | '' {
  const edited = draft[path];
  if (edited === null) return 'removed';
  if (edited !== undefined) return start[path] === undefined ? 'new' : 'changed';
  return locked ? 'locked' : '';
}

/** What has to be sent so that the hand-out becomes what is in the editor. */
function changesOver(starter: Texts, start: Texts, draft: Draft): Draft {
  const wanted: Record<string, string | null> = { ...start, ...draft };
  const changes: Draft = {};
  for (const [path, text] of Object.entries(wanted)) {
    const isBinary = text === null && draft[path] === undefined;
    if (isBinary || text === starter[path]) continue;
    if (text === null && starter[path] === undefined) continue;
    changes[path] = text;
  }
  for (const path of Object.keys(starter)) if (wanted[path] === undefined) changes[path] = null;
  return changes;
}
