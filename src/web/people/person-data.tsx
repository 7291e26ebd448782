import { useState } from 'react';
import { PersonRemoval } from '../../http/schemas/person-data.ts';
import { addressOf, ask } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { useSession } from '../session.tsx';
import { TextField } from '../ui/field.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';

interface Person {
  readonly id: string;
  readonly name: string;
}

/** What is held about a person, to take along; admins may remove it. Nothing for whoever may do neither. */
export function PersonData(props: { readonly person: Person; readonly onRemoved: (() => void) | null }) {
  const { person, onRemoved } = props;
  const { me } = useSession();
  const [open, setOpen] = useState(false);
  const own = person.id === me.person.id;
  if (!own && !me.person.admin) return null;
  return (
    <section className="card stack" aria-labelledby="person-data">
      <div>
        <h2 id="person-data">{own ? 'Your data' : 'Data of this person'}</h2>
        <p className="muted small">
          One archive (.tar.gz) with everything that is held about {own ? 'you' : <bdi>{person.name}</bdi>}:
          account, grades, submissions with their files and evidence, repositories, and acts in the audit log.
        </p>
      </div>
      <div className="row">
        <a className="button" href={addressOf(`/people/${person.id}/data`)} download>
          {own ? 'Download my data' : 'Download the data'}
        </a>
        {own || onRemoved === null ? null : (
          <button
            type="button"
            className="button danger"
            onClick={() => {
              setOpen(true);
            }}
          >
            Remove the data …
          </button>
        )}
      </div>
      {open && onRemoved !== null ? (
        <RemoveDialog
          person={person}
          onClose={() => {
            setOpen(false);
          }}
          onRemoved={onRemoved}
        />
      ) : null}
    </section>
  );
}

function RemoveDialog(props: {
  readonly person: Person;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}) {
  const { person } = props;
  const [typed, setTyped] = useState('');
  const remove = useAction(async () => {
    const body = { confirm: typed };
    await ask(PersonRemoval, `/people/${person.id}/removal`, { method: 'POST', body });
    props.onClose();
    props.onRemoved();
  });
  return (
    <FormDialog
      title="Remove the data of this person"
      onClose={props.onClose}
      label="Remove for good"
      danger
      busy={remove.busy}
      problem={remove.problem}
      onSend={remove.run}
    >
      <p>
        Submitted files, evidence, repositories, tokens, name and address of <bdi>{person.name}</bdi> are
        removed in every course, and nothing lets them in any more. What waits or runs is called off. Scores
        and the acts of the audit log stay, under a name such as “Removed person 17”.
      </p>
      <p>
        <strong>It can’t be undone.</strong> Download the data first if they are to be kept elsewhere.
      </p>
      <TextField
        label={`Type the name of the person: ${person.name}`}
        value={typed}
        onChange={setTyped}
        required
        autoComplete="off"
      />
    </FormDialog>
  );
}
