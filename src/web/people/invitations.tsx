import { useState } from 'react';
import { CreatedInvitation, type Invitation, InvitationList } from '../../http/schemas/course.ts';
import { ask, tell } from '../api/client.ts';
import { fieldProblem, useAction } from '../api/use-action.ts';
import { useResource } from '../api/use-resource.ts';
import { AsyncView } from '../ui/async-view.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { OnceShown } from '../ui/once-shown.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { revokeColumn } from '../ui/revoke-column.tsx';
import { Table } from '../ui/table.tsx';
import { When } from '../ui/when.tsx';

const ROLES = [
  { value: 'learner', label: 'learner' },
  { value: 'assistant', label: 'assistant' },
] as const;

/** Links by which people join by themselves. */
export function Invitations({ course }: { readonly course: string }) {
  const path = `/courses/${course}/invitations`;
  const list = useResource(InvitationList, path);
  const [role, setRole] = useState<'learner' | 'assistant'>('learner');
  const [days, setDays] = useState('14');
  const [uses, setUses] = useState('100');
  const [created, setCreated] = useState<CreatedInvitation | null>(null);
  const reload = (): void => {
    if (list.state !== 'loading') list.reload();
  };
  const create = useAction(async () => {
    const body = { role, expiresInDays: Number(days), maxUses: Number(uses) };
    setCreated(await ask(CreatedInvitation, path, { method: 'POST', body }));
    reload();
  });
  const revoke = useAction(async (id: string) => {
    await tell(`${path}/${id}`, { method: 'DELETE' });
    reload();
  });
  return (
    <section className="card stack" aria-labelledby="invitations">
      <div>
        <h2 id="invitations">Invitation links</h2>
        <p className="small muted">Whoever opens the link joins the course, up to the number of uses.</p>
      </div>
      {created === null ? null : <OnceShown title="The invitation link" secret={created.url} />}
      <AsyncView resource={list}>
        {({ invitations }) =>
          invitations.length === 0 ? (
            <p className="muted">There is no invitation.</p>
          ) : (
            <Table
              label="Invitation links"
              rows={invitations}
              keyOf={(invitation) => invitation.id}
              columns={[
                { head: 'For', kind: 'name', cell: (invitation) => `${invitation.role}s` },
                {
                  head: 'Used',
                  kind: 'number',
                  cell: (invitation) => `${invitation.uses} of ${invitation.maxUses}`,
                },
                {
                  head: 'Expires',
                  look: 'nowrap',
                  cell: (invitation) => <When at={invitation.expiresAt} />,
                },
                revokeColumn<Invitation>((invitation) => `the invitation of ${invitation.role}s`, revoke),
              ]}
            />
          )
        }
      </AsyncView>
      <ProblemNote problem={create.problem ?? revoke.problem} />
      <form
        className="form-grid"
        onSubmit={(event) => {
          event.preventDefault();
          create.run();
        }}
      >
        <SelectField label="For" value={role} options={ROLES} onChange={setRole} />
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
        <TextField
          label="Uses"
          type="number"
          min={1}
          max={5000}
          value={uses}
          onChange={setUses}
          required
          wrong={fieldProblem(create.problem, 'maxUses')}
        />
        <div className="field end">
          <button type="submit" className="button" disabled={create.busy}>
            Make a link
          </button>
        </div>
      </form>
    </section>
  );
}
