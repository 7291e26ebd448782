import { useState } from 'react';
import { tell } from '../api/client.ts';
import { fieldProblem, useAction } from '../api/use-action.ts';
import { LinesField, TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';

/** Says whose work one repository holds, and by what of its own it is fetched. */
export function MapRepository(props: {
  readonly path: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const [name, setName] = useState('');
  const [person, setPerson] = useState('');
  const [folders, setFolders] = useState('');
  const [credential, setCredential] = useState('');
  const [sshKey, setSshKey] = useState('');
  const map = useAction(async () => {
    const mapping = {
      name,
      person,
      folders: pairsOf(folders),
      ...(credential !== '' && { credential }),
      ...(sshKey.trim() !== '' && { sshKey }),
    };
    await tell(`${props.path}/repositories`, { method: 'PUT', body: { repositories: [mapping] } });
    props.onDone();
    props.onClose();
  });
  const wrong = (field: string): string | null => fieldProblem(map.problem, `repositories.0.${field}`);
  return (
    <FormDialog
      title="Map a repository"
      onClose={props.onClose}
      label="Map it"
      busy={map.busy}
      problem={map.problem}
      onSend={map.run}
    >
      <TextField
        label="Repository"
        value={name}
        onChange={setName}
        placeholder="class/ada-labs"
        required
        wrong={wrong('name')}
      />
      <TextField
        label="Learner’s e-mail address"
        type="email"
        value={person}
        onChange={setPerson}
        required
        wrong={wrong('person')}
      />
      <LinesField
        label="Folders"
        help="Where they aren’t labs/…: one a line, assignment=folder."
        wrong={wrong('folders')}
        rows={2}
        placeholder="port-bind=labs/first"
        value={folders}
        onChange={setFolders}
      />
      <TextField
        label="Its own access token"
        type="password"
        autoComplete="off"
        value={credential}
        onChange={setCredential}
        help="Only where the forge’s doesn’t do."
        wrong={wrong('credential')}
      />
      <LinesField
        label="Its own SSH key"
        help="A deploy key, only where the forge’s doesn’t do. Needs the forge’s SSH address."
        wrong={wrong('sshKey')}
        rows={3}
        value={sshKey}
        onChange={setSshKey}
      />
    </FormDialog>
  );
}

function pairsOf(text: string): Readonly<Record<string, string>> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [assignment = '', folder = ''] = line.split('=', 2);
      return [assignment.trim(), folder.trim()];
    }),
  );
}
