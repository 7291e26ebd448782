import { useState } from 'react';
import type { LtiPlatform } from '../../http/schemas/lti.ts';
import { tell } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { Empty } from '../ui/empty.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Table } from '../ui/table.tsx';
import { When } from '../ui/when.tsx';
import { PlatformForm } from './platform-form.tsx';
import { RowButton } from '../ui/row-button.tsx';

/** The platforms that may launch, of a course or of the whole site. */
export function Platforms(props: {
  readonly path: string;
  readonly platforms: readonly LtiPlatform[];
  readonly zone?: string;
  readonly reload: () => void;
}) {
  const [open, setOpen] = useState<LtiPlatform | 'new' | null>(null);
  const remove = useAction(async (platform: LtiPlatform) => {
    const question = `Remove ${platform.name}? Its links open nothing any more and it is told no scores. People and their work stay, but by a later registration they come as other people.`;
    if (!window.confirm(question)) return;
    await tell(`${props.path}/${platform.id}`, { method: 'DELETE' });
    props.reload();
  });
  return (
    <section className="card flush" aria-labelledby="platforms">
      <div className="card-head">
        <h2 id="platforms">Registered platforms</h2>
        <button
          type="button"
          className="button slim"
          onClick={() => {
            setOpen('new');
          }}
        >
          Register a platform
        </button>
      </div>
      <ProblemNote problem={remove.problem} />
      {props.platforms.length === 0 ? (
        <Empty title="No platform is registered">
          Enter the addresses at the platform first; its page of the tool then shows what to enter here.
        </Empty>
      ) : (
        <Table
          label="Registered platforms"
          rows={props.platforms}
          keyOf={(platform) => platform.id}
          columns={[
            {
              head: 'Platform',
              kind: 'name',
              cell: (platform) => (
                <>
                  <bdi>{platform.name}</bdi>
                  <span className="small muted block wrap-anywhere">{platform.issuer}</span>
                </>
              ),
            },
            { head: 'Client ID', look: 'mono wrap-anywhere', cell: (platform) => platform.clientId },
            {
              head: 'Deployments',
              look: 'mono wrap-anywhere',
              cell: (platform) => platform.deploymentIds.join(', '),
            },
            {
              head: 'Registered',
              look: 'nowrap',
              cell: (platform) => <When at={platform.createdAt} zone={props.zone} />,
            },
            {
              head: 'Actions',
              kind: 'acts',
              cell: (platform) => (
                <>
                  <RowButton
                    kind="quiet"
                    label={`Change ${platform.name}`}
                    onClick={() => {
                      setOpen(platform);
                    }}
                  >
                    Change
                  </RowButton>
                  <RowButton
                    kind="danger"
                    label={`Remove ${platform.name}`}
                    disabled={remove.busy}
                    onClick={() => {
                      remove.run(platform);
                    }}
                  >
                    Remove
                  </RowButton>
                </>
              ),
            },
          ]}
        />
      )}
      {open === null ? null : (
        <PlatformForm
          path={props.path}
          platform={open === 'new' ? null : open}
          onDone={props.reload}
          onClose={() => {
            setOpen(null);
          }}
        />
      )}
    </section>
  );
}
