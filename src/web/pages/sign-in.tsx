import { useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { z } from 'zod';
import { InstitutionSignIn } from '../../http/schemas/institution.ts';
import { Me } from '../../http/schemas/session.ts';
import { ask } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { useResource } from '../api/use-resource.ts';
import { TextField } from '../ui/field.tsx';
import { InstitutionButton } from '../ui/institution-button.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Welcome } from '../ui/welcome.tsx';

const Origin = z.object({ from: z.string().startsWith('/') });

/** Signs in by the personal link (`/sign-in#<token>`) or by an API token that is typed in. */
export function SignInPage() {
  const location = useLocation();
  const navigate = useNavigate();
  const [token, setToken] = useState('');
  const fromLink = location.hash.slice(1);
  const tried = useRef('');
  const offer = useResource(InstitutionSignIn, '/session/institution');
  // What else the page offers doesn't wait for it.
  const institution = offer.state === 'ready' ? (offer.value.institution?.name ?? null) : null;
  const origin = Origin.safeParse(location.state);
  const returnTo = origin.success ? origin.data.from : '/';

  const signIn = useAction(async (secret: string) => {
    await ask(Me, '/session', { method: 'POST', body: { token: secret } });
    await navigate(returnTo, { replace: true });
  });

  useEffect(() => {
    // A link works once: it must not be spent twice where effects run twice.
    if (fromLink === '' || tried.current === fromLink) return;
    tried.current = fromLink;
    signIn.run(fromLink);
  });

  const underWay = signIn.busy || (fromLink !== '' && signIn.problem === null);
  return (
    <Welcome title="Sign in">
      {underWay ? (
        <p role="status">Signing you in …</p>
      ) : (
        <>
          <ProblemNote problem={signIn.problem} />
          {institution === null ? null : <InstitutionButton name={institution} returnTo={returnTo} />}
          <p className="muted">
            Open the personal link that you were sent, or enter an API token. A link works once and for a
            limited time; your instructor can make you a new one.
          </p>
          <form
            className="form"
            onSubmit={(event) => {
              event.preventDefault();
              signIn.run(token.trim());
            }}
          >
            <TextField
              label="Token"
              type="password"
              value={token}
              onChange={setToken}
              required
              autoComplete="off"
              help="Also takes the part of a personal link after the # sign."
            />
            <button type="submit" className={institution === null ? 'button primary' : 'button'}>
              Sign in
            </button>
          </form>
        </>
      )}
    </Welcome>
  );
}
