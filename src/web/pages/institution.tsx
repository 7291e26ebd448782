import { useEffect, useRef } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { FinishedInstitutionSignIn } from '../../http/schemas/institution.ts';
import { ask } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Welcome } from '../ui/welcome.tsx';

/** Where the institution sends people back to, with its answer in the address. */
export function InstitutionPage() {
  const answer = useLocation().search.slice(1);
  const navigate = useNavigate();
  const tried = useRef('');

  const finish = useAction(async () => {
    const done = await ask(FinishedInstitutionSignIn, '/session/institution/answer', {
      method: 'POST',
      body: { answer },
    });
    await navigate(done.returnTo, { replace: true });
  });

  useEffect(() => {
    // An answer holds once: it must not be handed in twice where effects run twice.
    if (answer === '' || tried.current === answer) return;
    tried.current = answer;
    finish.run();
  });

  if (answer !== '' && finish.problem === null) {
    return (
      <Welcome title="Sign in">
        <p role="status">Signing you in …</p>
      </Welcome>
    );
  }
  return (
    <Welcome title="You are not signed in">
      {answer === '' ? (
        <p>This is where your institution sends you back to, but nothing came with you.</p>
      ) : (
        <ProblemNote problem={finish.problem} />
      )}
      <p>
        <Link to="/sign-in" className="button primary">
          Back to signing in
        </Link>
      </p>
    </Welcome>
  );
}
