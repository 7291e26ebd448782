import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { Scope } from '../../core/role.ts';
import { type ApiToken, CreatedToken, TokenList } from '../../http/schemas/session.ts';
import { ask, tell } from '../api/client.ts';
import { fieldProblem, useAction } from '../api/use-action.ts';
import { useResource } from '../api/use-resource.ts';
import { PersonData } from '../people/person-data.tsx';
import { useSession } from '../session.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { OnceShown } from '../ui/once-shown.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { revokeColumn } from '../ui/revoke-column.tsx';
import { Table } from '../ui/table.tsx';
import { chooseTheme, storedTheme, type Theme } from '../ui/theme.ts';
import { Relative, When } from '../ui/when.tsx';

/** Who is signed in, appearance, and API tokens. */
export function AccountPage() {
  const { me } = useSession();
  const navigate = useNavigate();
  const signOut = useAction(async () => {
    await tell('/session', { method: 'DELETE' });
    await navigate('/sign-in');
  });
  return (
    <>
      <PageHead
        title="Account"
        sub={
          <>
            <bdi>{me.person.name}</bdi> · {me.person.email}
          </>
        }
        actions={
          <button type="button" className="button" disabled={signOut.busy} onClick={signOut.run}>
            Sign out
          </button>
        }
      />
      <ProblemNote problem={signOut.problem} />
      <div className="stack">
        <Appearance />
        <Tokens />
        <PersonData person={me.person} onRemoved={null} />
      </div>
    </>
  );
}

const THEMES = [
  { value: 'system', label: 'as the system' },
  { value: 'light', label: 'light' },
  { value: 'dark', label: 'dark' },
] as const;

function Appearance() {
  const [theme, setTheme] = useState<Theme>(storedTheme);
  return (
    <section className="card">
      <h2>Appearance</h2>
      <div className="toolbar last">
        <SelectField
          label="Colours"
          value={theme}
          options={THEMES}
          onChange={(value) => {
            setTheme(value);
            chooseTheme(value);
          }}
        />
      </div>
    </section>
  );
}

/** What a token may be made for; everything else is chosen on the command line. */
const PURPOSES = [
  { value: 'submit', label: 'read and submit', scopes: ['read', 'submit'] },
  { value: 'read', label: 'read only', scopes: ['read'] },
  { value: 'teach', label: 'read, submit and teach', scopes: ['read', 'submit', 'teach'] },
] as const satisfies readonly { value: string; label: string; scopes: readonly Scope[] }[];

function Tokens() {
  const { me } = useSession();
  const tokens = useResource(TokenList, '/tokens');
  const [label, setLabel] = useState('');
  const [purpose, setPurpose] = useState<(typeof PURPOSES)[number]['value']>('submit');
  const [days, setDays] = useState('90');
  const [created, setCreated] = useState<CreatedToken | null>(null);
  const teaches = me.person.admin || me.courses.some((course) => course.role !== 'learner');
  const reload = (): void => {
    if (tokens.state !== 'loading') tokens.reload();
  };
  const create = useAction(async () => {
    const scopes = PURPOSES.find((one) => one.value === purpose)?.scopes ?? ['read'];
    const body = { label, scopes, expiresInDays: Number(days) };
    setCreated(await ask(CreatedToken, '/tokens', { method: 'POST', body }));
    setLabel('');
    reload();
  });
  const revoke = useAction(async (id: string) => {
    await tell(`/tokens/${id}`, { method: 'DELETE' });
    reload();
  });
  return (
    <section className="card stack">
      <div>
        <h2>API tokens</h2>
        <p className="muted small">
          For the command line and for scripts. A token can do what you can do here, within its purpose.
        </p>
      </div>
      {created === null ? null : <OnceShown title={`Token “${created.label}”`} secret={created.secret} />}
      <AsyncView resource={tokens}>
        {(value) =>
          value.tokens.length === 0 ? (
            <p className="muted">You have no token.</p>
          ) : (
            <Table
              label="Your tokens"
              rows={value.tokens}
              keyOf={(token) => token.id}
              columns={[
                {
                  head: 'Label',
                  kind: 'name',
                  look: 'wrap-anywhere',
                  cell: (token) => <bdi>{token.label}</bdi>,
                },
                { head: 'May', cell: (token) => token.scopes.join(', ') },
                {
                  head: 'Last used',
                  look: 'nowrap',
                  cell: (token) => (token.lastUsedAt === null ? 'never' : <Relative at={token.lastUsedAt} />),
                },
                { head: 'Expires', look: 'nowrap', cell: (token) => <When at={token.expiresAt} /> },
                revokeColumn<ApiToken>((token) => token.label, revoke),
              ]}
            />
          )
        }
      </AsyncView>
      <ProblemNote problem={revoke.problem ?? create.problem} />
      <form
        className="form-grid"
        onSubmit={(event) => {
          event.preventDefault();
          create.run();
        }}
      >
        <TextField
          label="Label"
          value={label}
          onChange={setLabel}
          required
          placeholder="laptop"
          wrong={fieldProblem(create.problem, 'label')}
        />
        <SelectField
          label="Purpose"
          value={purpose}
          options={teaches ? PURPOSES : PURPOSES.filter((one) => one.value !== 'teach')}
          onChange={setPurpose}
        />
        <TextField
          label="Holds for days"
          type="number"
          min={1}
          max={365}
          value={days}
          onChange={setDays}
          required
          wrong={fieldProblem(create.problem, 'expiresInDays')}
        />
        <div className="field end">
          <button type="submit" className="button primary" disabled={create.busy}>
            Make a token
          </button>
        </div>
      </form>
    </section>
  );
}
