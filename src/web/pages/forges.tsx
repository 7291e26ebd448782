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
import { Table } from '../ui/table.tsx';

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
                <Table
                  label="Forges"
                  rows={forges}
                  keyOf={(forge) => forge.id}
                  columns={[
                    {
                      head: 'Address',
                      kind: 'name',
                      look: 'wrap-anywhere',
                      cell: (forge) => (
                        <Link to={`/courses/${course.id}/forges/${forge.id}`}>{forge.baseUrl}</Link>
                      ),
                    },
                    { head: 'Kind', cell: (forge) => FORGE_NAMES[forge.kind] },
                    { head: 'Branch', look: 'mono wrap-anywhere', cell: (forge) => forge.branch },
                    { head: 'Fetched over', cell: (forge) => (forge.ssh === null ? 'HTTPS' : 'SSH') },
                    { head: 'Repositories', kind: 'number', cell: (forge) => forge.repositories },
                  ]}
                />
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
