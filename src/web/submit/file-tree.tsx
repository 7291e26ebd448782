import { useState } from 'react';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Icon } from '../ui/icon.tsx';

type FileState = 'removed' | 'new' | 'changed' | 'locked' | '';

const TONES = { removed: 'fail', new: 'pass', changed: 'warn' } as const satisfies Record<
  Exclude<FileState, '' | 'locked'>,
  Tone
>;

/** The files of the editor, with a way to add one. */
export function FileTree(props: {
  readonly paths: readonly string[];
  readonly chosen: string;
  readonly stateOf: (path: string) => FileState;
  readonly onChoose: (path: string) => void;
  readonly onAdd: (path: string) => void;
}) {
  const [name, setName] = useState('');
  return (
    <div className="editor-side">
      <ul className="editor-files" aria-label="Files">
        {props.paths.map((path) => {
          const state = props.stateOf(path);
          return (
            <li key={path}>
              <button
                type="button"
                aria-pressed={path === props.chosen}
                onClick={() => {
                  props.onChoose(path);
                }}
              >
                <span className={state === 'removed' ? 'truncate removed' : 'truncate'} title={path}>
                  {path}
                </span>
                {state === '' ? null : state === 'locked' ? (
                  <Lock />
                ) : (
                  <Badge tone={TONES[state]}>{state}</Badge>
                )}
              </button>
            </li>
          );
        })}
      </ul>
      <form
        className="editor-add"
        onSubmit={(event) => {
          event.preventDefault();
          const path = name.trim().replace(/^\.?\/+/, '');
          if (path !== '') props.onAdd(path);
          setName('');
        }}
      >
        <input
          className="input slim"
          aria-label="Path of a new file"
          placeholder="new file, e.g. entrypoint.sh"
          value={name}
          onChange={(event) => {
            setName(event.target.value);
          }}
        />
        <button type="submit" className="button slim" disabled={name.trim() === ''}>
          Add
        </button>
      </form>
    </div>
  );
}

function Lock() {
  return (
    <span className="muted" title="protected">
      <Icon name="lock" />
      <span className="visually-hidden">, protected</span>
    </span>
  );
}
