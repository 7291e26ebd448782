import { useState } from 'react';
import { Link } from 'react-router';
import { CreatedForge, ForgeList } from '../../http/schemas/forge.ts';
import { ask } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { useResource } from '../api/use-resource.ts';
import { FORGE_NAMES, ForgeForm } from '../forges/forge-form.tsx';
import { WebhookSecret } from '../forges/webhook-secret.tsx';
import { useCourse } from '../session.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { Empty } from '../ui/empty.tsx';
import { PageHead } from '../ui/page-head.tsx';

/** The forges whose pushes become submissions of a course. */
export function ForgesPage() {
  const course = useCourse();
  const path = `/courses/${course.id}/forges`;
  const list = useResource(ForgeList, path);
  const [open, setOpen] = useState(false);
  const [created, setCreated] = useState<CreatedForge | null>(null);
  const create = useAction(async (body: Readonly<Record<string, unknown>>) => {
    setCreated(await ask(CreatedForge, path, { method: 'POST', body }));
    setOpen(false);
    if (list.state !== 'loading') list.reload();
  });
  return (
    <>
      <PageHead
        title="Forges"
        crumbs={[{ to: `/courses/${course.id}`, label: course.title }]}
        sub="A push to a learner’s repository at GitHub, GitLab, Gitea or Forgejo becomes a submission."
        actions={
          <button
            type="button"
            className="button primary"
            onClick={() => {
              setOpen(true);
            }}
          >
            Set up a forge
          </button>
        }
      />
      <div className="stack">
        {created === null ? null : <WebhookSecret created={created} />}
        <AsyncView resource={list}>
          {({ forges }) =>
            forges.length === 0 ? (
              <div className="card">
                <Empty title="No forge is set up">
                  Set one up, enter its webhook at the forge, and say whose each repository is.
                </Empty>
              </div>
            ) : (
              <div className="card flush">
                <div className="table-wrap" tabIndex={0} role="group" aria-label="Forges">
                  <table className="table">
                    <thead>
                      <tr>
                        <th scope="col">Address</th>
                        <th scope="col">Kind</th>
                        <th scope="col">Branch</th>
                        <th scope="col">Fetched over</th>
                        <th scope="col" className="right">
                          Repositories
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {forges.map((forge) => (
                        <tr key={forge.id}>
                          <th scope="row">
                            <Link to={`/courses/${course.id}/forges/${forge.id}`}>{forge.baseUrl}</Link>
                          </th>
                          <td>{FORGE_NAMES[forge.kind]}</td>
                          <td className="mono">{forge.branch}</td>
                          <td>{forge.ssh === null ? 'HTTPS' : 'SSH'}</td>
                          <td className="right">{forge.repositories}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              </div>
            )
          }
        </AsyncView>
      </div>
      {open ? (
        <ForgeForm
          title="Set up a forge"
          label="Set it up"
          forge={null}
          busy={create.busy}
          problem={create.problem}
          onSend={create.run}
          onClose={() => {
            setOpen(false);
            create.clear();
          }}
        />
      ) : null}
    </>
  );
}
