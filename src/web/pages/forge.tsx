import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import {
  CreatedForge,
  DeliveryList,
  type Forge,
  ForgeList,
  ForgeRepositoryList,
} from '../../http/schemas/forge.ts';
import { ask, tell } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { type Resource, useResource } from '../api/use-resource.ts';
import { Deliveries } from '../forges/deliveries.tsx';
import { FORGE_NAMES, ForgeForm } from '../forges/forge-form.tsx';
import { ForgeTrial } from '../forges/forge-trial.tsx';
import { Repositories } from '../forges/repositories.tsx';
import { WebhookSecret } from '../forges/webhook-secret.tsx';
import { useCourse } from '../session.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { Empty } from '../ui/empty.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { UntoldNote } from '../ui/untold-note.tsx';

/** One forge: its settings, whose its repositories are, what it sent, and whether all of it works. */
export function ForgePage() {
  const course = useCourse();
  const id = useParams()['forge'] ?? '';
  const path = `/courses/${course.id}/forges/${id}`;
  const forges = useResource(ForgeList, `/courses/${course.id}/forges`);
  const repositories = useResource(ForgeRepositoryList, `${path}/repositories`);
  const deliveries = useResource(DeliveryList, `${path}/deliveries`);
  const forge = forges.state === 'ready' ? forges.value.forges.find((item) => item.id === id) : undefined;
  return (
    <>
      <PageHead
        title={forge === undefined ? 'Forge' : `${FORGE_NAMES[forge.kind]} at ${hostOf(forge.baseUrl)}`}
        crumbs={[
          { to: `/courses/${course.id}`, label: course.title },
          { to: `/courses/${course.id}/forges`, label: 'Forges' },
        ]}
      />
      <div className="stack">
        <AsyncView resource={forges}>
          {() =>
            forge === undefined ? (
              <Empty title="There is no such forge" />
            ) : (
              <>
                <UntoldNote
                  untold={forge.untold}
                  who="this forge"
                  what="commit statuses"
                  lookAt="Does the access token still hold, and may it write commit statuses? The test below says which step fails."
                  zone={course.timeZone}
                />
                <Settings
                  forge={forge}
                  path={path}
                  list={`/courses/${course.id}/forges`}
                  reload={() => {
                    again(forges);
                  }}
                />
              </>
            )
          }
        </AsyncView>
        <AsyncView resource={repositories}>
          {(value) => (
            <>
              <ForgeTrial
                path={path}
                repositories={value.repositories}
                onDone={() => {
                  again(deliveries);
                }}
              />
              <Repositories
                course={course.id}
                path={path}
                repositories={value.repositories}
                reload={() => {
                  again(repositories);
                }}
              />
            </>
          )}
        </AsyncView>
        <AsyncView resource={deliveries}>
          {(value) => (
            <Deliveries
              deliveries={value.deliveries}
              zone={course.timeZone}
              reload={() => {
                again(deliveries);
              }}
            />
          )}
        </AsyncView>
      </div>
    </>
  );
}

function Settings(props: {
  readonly forge: Forge;
  readonly path: string;
  readonly list: string;
  readonly reload: () => void;
}) {
  const { forge, path } = props;
  const { ssh } = forge;
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [renewed, setRenewed] = useState<CreatedForge | null>(null);
  const change = useAction(async (body: Readonly<Record<string, unknown>>) => {
    await tell(path, { method: 'PATCH', body });
    setOpen(false);
    props.reload();
  });
  const renew = useAction(async () => {
    if (!window.confirm('Make a new secret? Deliveries with the old one are turned away from then on.'))
      return;
    setRenewed(await ask(CreatedForge, `${path}/secret`, { method: 'POST' }));
  });
  const remove = useAction(async () => {
    if (!window.confirm('Remove this forge with its mapping? What it brought is kept.')) return;
    await tell(path, { method: 'DELETE' });
    await navigate(props.list);
  });
  const forget = useAction(async (what: string, body: Readonly<Record<string, unknown>>) => {
    if (!window.confirm(`Forget the stored ${what}? It can’t be brought back, only entered again.`)) return;
    await tell(path, { method: 'PATCH', body });
    props.reload();
  });
  return (
    <>
      {renewed === null ? null : <WebhookSecret created={renewed} />}
      <section className="card stack" aria-labelledby="settings">
        <div className="card-head">
          <h2 id="settings">Settings</h2>
          <div className="row">
            <button
              type="button"
              className="button slim"
              onClick={() => {
                setOpen(true);
              }}
            >
              Change
            </button>
            <button type="button" className="button slim" disabled={renew.busy} onClick={renew.run}>
              New webhook secret
            </button>
            <button type="button" className="button danger slim" disabled={remove.busy} onClick={remove.run}>
              Remove
            </button>
          </div>
        </div>
        <ProblemNote problem={renew.problem ?? remove.problem ?? forget.problem} />
        <dl className="facts">
          <dt>Webhook address</dt>
          <dd className="wrap-anywhere mono">{forge.webhookUrl}</dd>
          <dt>Branch that is graded</dt>
          <dd className="mono">{forge.branch}</dd>
          <dt>Access token</dt>
          <dd>
            {forge.hasCredential ? (
              <Stored
                what="access token"
                busy={forget.busy}
                onForget={() => {
                  forget.run('access token', { credential: null });
                }}
              />
            ) : (
              'none: no statuses are told'
            )}
          </dd>
          <dt>Fetched over</dt>
          <dd className="wrap-anywhere">{ssh === null ? 'HTTPS' : `SSH: ${ssh.url}`}</dd>
          {ssh === null ? null : (
            <>
              <dt>Private key</dt>
              <dd>
                {ssh.hasKey ? (
                  <Stored
                    what="private key"
                    busy={forget.busy}
                    onForget={() => {
                      const { url, hostKeys } = ssh;
                      forget.run('private key', { ssh: { url, hostKeys, privateKey: null } });
                    }}
                  />
                ) : (
                  'none: each repository has its own'
                )}
              </dd>
            </>
          )}
        </dl>
      </section>
      {open ? (
        <ForgeForm
          title="Change the forge"
          label="Change it"
          forge={forge}
          busy={change.busy}
          problem={change.problem}
          onSend={change.run}
          onClose={() => {
            setOpen(false);
            change.clear();
          }}
        />
      ) : null}
    </>
  );
}

/** A secret that is kept and never shown, and the way to be rid of it. */
function Stored(props: { readonly what: string; readonly busy: boolean; readonly onForget: () => void }) {
  return (
    <span className="row">
      stored
      <button
        type="button"
        className="button danger slim"
        disabled={props.busy}
        aria-label={`Forget the stored ${props.what}`}
        onClick={props.onForget}
      >
        Forget it
      </button>
    </span>
  );
}

function again<T>(resource: Resource<T>): void {
  if (resource.state !== 'loading') resource.reload();
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
