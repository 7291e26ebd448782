import { BegunInstitutionSignIn } from '../../http/schemas/institution.ts';
import { ask } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { ProblemNote } from './problem-note.tsx';

/** Leads to the institution’s own sign-in, which sends the browser back to `pages/institution.tsx`. */
export function InstitutionButton({ name, returnTo }: { readonly name: string; readonly returnTo: string }) {
  const leave = useAction(async () => {
    const { url } = await ask(BegunInstitutionSignIn, '/session/institution', {
      method: 'POST',
      body: { returnTo },
    });
    window.location.assign(url);
  });
  return (
    <>
      <ProblemNote problem={leave.problem} />
      <button
        type="button"
        className="button primary institution"
        disabled={leave.busy}
        onClick={() => {
          leave.run();
        }}
      >
        <span className="wrap-anywhere">Sign in with {name}</span>
      </button>
      <p className="or muted small">or</p>
    </>
  );
}
