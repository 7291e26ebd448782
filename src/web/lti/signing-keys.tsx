import type { LtiSite } from '../../http/schemas/lti.ts';
import { tell } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Badge } from '../ui/badge.tsx';
import { Empty } from '../ui/empty.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Table } from '../ui/table.tsx';
import { When } from '../ui/when.tsx';
import { RowButton } from '../ui/row-button.tsx';

type Key = LtiSite['keys'][number];

/** The keys that platforms know this service by. */
export function SigningKeys(props: { readonly keys: readonly Key[]; readonly reload: () => void }) {
  const make = useAction(async () => {
    await tell('/lti/keys', { method: 'POST' });
    props.reload();
  });
  const end = useAction(async (id: string) => {
    if (!window.confirm('End this key? What it signed is believed by no platform any more.')) return;
    await tell(`/lti/keys/${id}`, { method: 'DELETE' });
    props.reload();
  });
  return (
    <section className="card flush" aria-labelledby="keys">
      <div className="card-head">
        <div>
          <h2 id="keys">Signing keys</h2>
          <p className="small muted">
            A new key is published at once and signs from a day later, so that platforms have it by then.
          </p>
        </div>
        <button type="button" className="button slim" disabled={make.busy} onClick={make.run}>
          Make another key
        </button>
      </div>
      <ProblemNote problem={make.problem ?? end.problem} />
      {props.keys.length === 0 ? (
        <Empty title="There is no key yet" icon="lock">
          The first one is made when a platform is registered.
        </Empty>
      ) : (
        <Table
          label="Signing keys"
          rows={props.keys}
          keyOf={(key) => key.id}
          columns={[
            { head: 'Key', kind: 'name', look: 'mono wrap-anywhere', cell: (key) => key.id },
            { head: 'Made', look: 'nowrap', cell: (key) => <When at={key.createdAt} /> },
            { head: 'State', cell: (key) => <StateOf signs={key.signs} signsFrom={key.signsFrom} /> },
            {
              head: 'Actions',
              kind: 'acts',
              cell: (key) =>
                key.signs ? null : (
                  <RowButton
                    kind="danger"
                    label={`End the key ${key.id}`}
                    disabled={end.busy}
                    onClick={() => {
                      end.run(key.id);
                    }}
                  >
                    End it
                  </RowButton>
                ),
            },
          ]}
        />
      )}
    </section>
  );
}

function StateOf({ signs, signsFrom }: Pick<Key, 'signs' | 'signsFrom'>) {
  if (signs) return <Badge tone="pass">signs now</Badge>;
  if (new Date(signsFrom).getTime() <= Date.now()) return <Badge>replaced</Badge>;
  return (
    <span className="row">
      <Badge tone="live">published</Badge>
      <span className="small">
        signs from <When at={signsFrom} />
      </span>
    </span>
  );
}
