import { useState } from 'react';
import { ForgeKind } from '../../core/forge-push.ts';
import type { Forge } from '../../http/schemas/forge.ts';
import type { Problem } from '../api/client.ts';
import { fieldProblem } from '../api/use-action.ts';
import { LinesField, SelectField, TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';

export const FORGE_NAMES = {
  github: 'GitHub',
  gitlab: 'GitLab',
  gitea: 'Gitea or Forgejo',
} as const satisfies Record<ForgeKind, string>;

const ADDRESSES = {
  github: 'https://github.com',
  gitlab: 'https://gitlab.com',
  gitea: '',
} as const satisfies Record<ForgeKind, string>;

const KINDS = ForgeKind.options.map((value) => ({ value, label: FORGE_NAMES[value] }));

/** What is asked of a forge, when it is set up and when it is changed. */
export function ForgeForm(props: {
  readonly title: string;
  readonly label: string;
  /** Null for a new one. */
  readonly forge: Forge | null;
  readonly busy: boolean;
  readonly problem: Problem | null;
  readonly onSend: (body: Readonly<Record<string, unknown>>) => void;
  readonly onClose: () => void;
}) {
  const { forge, problem } = props;
  const [kind, setKind] = useState<ForgeKind>(forge?.kind ?? 'github');
  const [baseUrl, setBaseUrl] = useState<string>(forge?.baseUrl ?? ADDRESSES.github);
  const [branch, setBranch] = useState(forge?.branch ?? 'main');
  const [credential, setCredential] = useState('');
  const [sshUrl, setSshUrl] = useState(forge?.ssh?.url ?? '');
  const [hostKeys, setHostKeys] = useState(forge?.ssh?.hostKeys.join('\n') ?? '');
  const [sshKey, setSshKey] = useState('');

  function body(): Readonly<Record<string, unknown>> {
    const lines = hostKeys.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
    const key = sshKey.trim() === '' ? {} : { privateKey: sshKey };
    return {
      ...(forge === null && { kind }),
      baseUrl,
      branch,
      ...(credential !== '' && { credential }),
      ssh: sshUrl === '' ? null : { url: sshUrl, hostKeys: lines, ...key },
    };
  }

  return (
    <FormDialog
      title={props.title}
      onClose={props.onClose}
      label={props.label}
      busy={props.busy}
      problem={problem}
      onSend={() => {
        props.onSend(body());
      }}
    >
      {forge === null ? (
        <SelectField
          label="Kind"
          value={kind}
          options={KINDS}
          onChange={(value) => {
            setKind(value);
            setBaseUrl(ADDRESSES[value]);
          }}
        />
      ) : null}
      <TextField
        label="Address"
        value={baseUrl}
        onChange={setBaseUrl}
        placeholder="https://git.example.edu"
        required
        wrong={fieldProblem(problem, 'baseUrl')}
      />
      <TextField
        label="Branch that is graded"
        value={branch}
        onChange={setBranch}
        required
        wrong={fieldProblem(problem, 'branch')}
      />
      <TextField
        label="Access token"
        type="password"
        autoComplete="off"
        value={credential}
        onChange={setCredential}
        help={`Reads the repositories and writes commit statuses. ${
          forge?.hasCredential === true ? 'Empty leaves the stored one.' : 'Without one no statuses are told.'
        }`}
        wrong={fieldProblem(problem, 'credential')}
      />
      <fieldset className="fieldset">
        <legend>Fetch over SSH</legend>
        <TextField
          label="SSH address"
          value={sshUrl}
          onChange={setSshUrl}
          placeholder="ssh://git@git.example.edu:22"
          help="Empty to fetch over HTTPS with the token."
          wrong={fieldProblem(problem, 'ssh.url')}
        />
        <LinesField
          label="Host keys"
          help="What the forge publishes, or ssh-keyscan prints, one a line. A server that shows another is not gone to."
          wrong={fieldProblem(problem, 'ssh.hostKeys')}
          rows={3}
          value={hostKeys}
          onChange={setHostKeys}
        />
        <LinesField
          label="Private key"
          help={`Of ed25519 and without a passphrase; its public half is entered at the forge. ${
            forge?.ssh?.hasKey === true
              ? 'Empty leaves the stored one.'
              : 'Empty where each repository has its own.'
          }`}
          wrong={fieldProblem(problem, 'ssh.privateKey')}
          rows={4}
          value={sshKey}
          onChange={setSshKey}
        />
      </fieldset>
    </FormDialog>
  );
}
