import { useState } from 'react';
import type { LtiPlatform } from '../../http/schemas/lti.ts';
import { tell } from '../api/client.ts';
import { fieldProblem, useAction } from '../api/use-action.ts';
import { LinesField, TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';

/** What a platform's own page of the tool tells, when it is registered and when it has changed. */
export function PlatformForm(props: {
  /** Of the platforms that it belongs to. */
  readonly path: string;
  /** Null for a new one. */
  readonly platform: LtiPlatform | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { platform } = props;
  const [name, setName] = useState(platform?.name ?? '');
  const [issuer, setIssuer] = useState('');
  const [clientId, setClientId] = useState('');
  const [deployments, setDeployments] = useState(platform?.deploymentIds.join('\n') ?? '');
  const [authUrl, setAuthUrl] = useState(platform?.authUrl ?? '');
  const [tokenUrl, setTokenUrl] = useState(platform?.tokenUrl ?? '');
  const [jwksUrl, setJwksUrl] = useState(platform?.jwksUrl ?? '');
  const send = useAction(async () => {
    const deploymentIds = deployments.split(/\s+/).filter((id) => id !== '');
    const known = { name, deploymentIds, authUrl, tokenUrl, jwksUrl };
    if (platform === null) await tell(props.path, { method: 'POST', body: { ...known, issuer, clientId } });
    else await tell(`${props.path}/${platform.id}`, { method: 'PUT', body: known });
    props.onDone();
    props.onClose();
  });
  const wrong = (field: string): string | null => fieldProblem(send.problem, field);
  return (
    <FormDialog
      title={platform === null ? 'Register a platform' : `Change ${platform.name}`}
      onClose={props.onClose}
      label={platform === null ? 'Register it' : 'Change it'}
      busy={send.busy}
      problem={send.problem}
      onSend={send.run}
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        placeholder="Moodle"
        help="What people call it."
        required
        wrong={wrong('name')}
      />
      {platform === null ? (
        <>
          <TextField
            label="Issuer"
            value={issuer}
            onChange={setIssuer}
            placeholder="https://moodle.example.edu"
            help="Moodle calls it the platform ID. With the client ID it is what the platform is known by."
            required
            wrong={wrong('issuer')}
          />
          <TextField
            label="Client ID"
            value={clientId}
            onChange={setClientId}
            required
            wrong={wrong('clientId')}
          />
        </>
      ) : null}
      <LinesField
        label="Deployment IDs"
        help="One a line."
        wrong={wrong('deploymentIds')}
        rows={2}
        required
        value={deployments}
        onChange={setDeployments}
      />
      <TextField
        label="Authentication request URL"
        value={authUrl}
        onChange={setAuthUrl}
        placeholder="https://moodle.example.edu/mod/lti/auth.php"
        required
        wrong={wrong('authUrl')}
      />
      <TextField
        label="Access token URL"
        value={tokenUrl}
        onChange={setTokenUrl}
        placeholder="https://moodle.example.edu/mod/lti/token.php"
        required
        wrong={wrong('tokenUrl')}
      />
      <TextField
        label="Public keyset URL"
        value={jwksUrl}
        onChange={setJwksUrl}
        placeholder="https://moodle.example.edu/mod/lti/certs.php"
        required
        wrong={wrong('jwksUrl')}
      />
    </FormDialog>
  );
}
