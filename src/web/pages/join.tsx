import { useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { InvitationFacts, Me } from '../../http/schemas/session.ts';
import { ask } from '../api/client.ts';
import { fieldProblem, useAction } from '../api/use-action.ts';
import { Loading } from '../ui/async-view.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { formatInstant } from '../ui/when.tsx';
import { Welcome } from '../ui/welcome.tsx';

/** Joins a course by an invitation link (`/join#<token>`). */
export function JoinPage() {
  const token = useLocation().hash.slice(1);
  const navigate = useNavigate();
  const [facts, setFacts] = useState<InvitationFacts | null>(null);
  const [signedIn, setSignedIn] = useState(false);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const looked = useRef('');

  const look = useAction(async () => {
    setFacts(await ask(InvitationFacts, '/invitations/look', { method: 'POST', body: { token } }));
    setSignedIn(
      await ask(Me, '/me').then(
        () => true,
        () => false,
      ),
    );
  });
  const join = useAction(async () => {
    const body = signedIn ? { token } : { token, name, email };
    await ask(Me, '/invitations/accept', { method: 'POST', body });
    await navigate(facts === null ? '/' : `/courses/${facts.course.id}`, { replace: true });
  });

  useEffect(() => {
    if (token === '' || looked.current === token) return;
    looked.current = token;
    look.run();
  });

  if (token === '') {
    return (
      <Welcome title="Join a course">
        <p>
          This link is incomplete. Open the whole invitation link that you were sent, up to its last letter.
        </p>
      </Welcome>
    );
  }
  if (facts === null) {
    return (
      <Welcome title="Join a course">
        {look.problem === null ? <Loading /> : <ProblemNote problem={look.problem} retry={look.run} />}
      </Welcome>
    );
  }
  return (
    <Welcome title={`Join ${facts.course.title}`}>
      <p className="muted">
        You are invited as {facts.role === 'learner' ? 'a learner' : `an ${facts.role}`}. The invitation holds
        until {formatInstant(facts.expiresAt)}.
      </p>
      <ProblemNote problem={join.problem} />
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          join.run();
        }}
      >
        {signedIn ? null : (
          <>
            <TextField
              label="Your name"
              value={name}
              onChange={setName}
              required
              autoComplete="name"
              wrong={fieldProblem(join.problem, 'name')}
            />
            <TextField
              label="E-mail address"
              type="email"
              value={email}
              onChange={setEmail}
              required
              autoComplete="email"
              wrong={fieldProblem(join.problem, 'email')}
            />
          </>
        )}
        <button type="submit" className="button primary" disabled={join.busy}>
          {join.busy ? 'Joining …' : 'Join the course'}
        </button>
      </form>
    </Welcome>
  );
}
