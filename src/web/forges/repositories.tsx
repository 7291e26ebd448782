import { useState } from 'react';
import { type ForgeRepository, MappingOutcome } from '../../http/schemas/forge.ts';
import { PeopleList } from '../../http/schemas/course.ts';
import { ProblemError, ask, tell } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { CsvImport } from '../ui/csv-import.tsx';
import { Empty } from '../ui/empty.tsx';
import { Pager, usePages } from '../ui/pager.tsx';
import { Person } from '../ui/person.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { MapRepository } from './map-repository.tsx';
import { RowButton } from '../ui/row-button.tsx';
import { Table } from '../ui/table.tsx';

const PAGE = 50;

/** Whose work each repository holds. */
export function Repositories(props: {
  readonly course: string;
  readonly path: string;
  readonly repositories: readonly ForgeRepository[];
  readonly reload: () => void;
}) {
  const [open, setOpen] = useState<'map' | 'import' | null>(null);
  const pages = usePages(props.repositories, PAGE);
  const unmap = useAction(async (repository: ForgeRepository) => {
    if (!window.confirm(`Take nothing more from ${repository.name}? What it brought is kept.`)) return;
    await tell(`${props.path}/repositories/${repository.id}`, { method: 'DELETE' });
    props.reload();
  });
  const forget = useAction(async (repository: ForgeRepository) => {
    const { name, person, folders } = repository;
    if (!window.confirm(`Forget the ${ownOf(repository)} of ${name}? The forge’s own is used from then on.`))
      return;
    const { people } = await ask(PeopleList, `/courses/${props.course}/people`);
    const email = people.find(({ id }) => id === person.id)?.email;
    if (email === undefined) {
      throw new ProblemError({
        title: 'The learner is not in the course',
        status: 0,
        code: 'page',
        detail: `${person.name} isn’t in the course any more. Unmap the repository: what it has of its own goes with it.`,
      });
    }
    const mapping = { name, person: email, folders, credential: null, sshKey: null };
    await tell(`${props.path}/repositories`, { method: 'PUT', body: { repositories: [mapping] } });
    props.reload();
  });
  const close = (): void => {
    setOpen(null);
  };
  return (
    <section className="card flush" aria-labelledby="repositories">
      <div className="card-head">
        <h2 id="repositories">Repositories</h2>
        <div className="row">
          <button
            type="button"
            className="button slim"
            onClick={() => {
              setOpen('import');
            }}
          >
            Import a CSV list
          </button>
          <button
            type="button"
            className="button slim"
            onClick={() => {
              setOpen('map');
            }}
          >
            Map a repository
          </button>
        </div>
      </div>
      <ProblemNote problem={unmap.problem ?? forget.problem} />
      {props.repositories.length === 0 ? (
        <Empty title="No repository is mapped">Pushes to it are ignored until it is somebody’s.</Empty>
      ) : (
        <Table
          label="Repositories"
          rows={pages.shown}
          keyOf={(repository) => repository.id}
          columns={[
            {
              head: 'Repository',
              kind: 'name',
              look: 'mono wrap-anywhere',
              cell: (repository) => repository.name,
            },
            {
              head: 'Learner',
              look: 'name-cell',
              cell: (repository) => <Person name={repository.person.name} />,
            },
            { head: 'Folders', cell: foldersOf },
            { head: 'Of its own', cell: ownOf },
            {
              head: 'Actions',
              kind: 'acts',
              cell: (repository) => (
                <>
                  {repository.hasCredential || repository.hasSshKey ? (
                    <RowButton
                      kind="quiet"
                      label={`Forget the ${ownOf(repository)} of ${repository.name}`}
                      disabled={forget.busy}
                      onClick={() => {
                        forget.run(repository);
                      }}
                    >
                      Forget its {ownOf(repository)}
                    </RowButton>
                  ) : null}
                  <RowButton
                    kind="quiet"
                    label={`Unmap ${repository.name}`}
                    disabled={unmap.busy}
                    onClick={() => {
                      unmap.run(repository);
                    }}
                  >
                    Unmap
                  </RowButton>
                </>
              ),
            },
          ]}
        />
      )}
      <Pager {...pages} noun="repositories" />
      {open === 'map' ? <MapRepository path={props.path} onClose={close} onDone={props.reload} /> : null}
      {open === 'import' ? (
        <CsvImport
          path={`${props.path}/repositories/import`}
          schema={MappingOutcome}
          help={
            <>
              First line <code>repository,email</code>; a further column is named as an assignment and holds
              its folder, where that isn’t <code>labs/…</code>
            </>
          }
          placeholder={'repository,email\nclass/ada-labs,ada@example.edu'}
          told={(outcome) => `${outcome.mapped} ${outcome.dryRun ? 'would be' : 'are'} mapped.`}
          onClose={close}
          onDone={props.reload}
        />
      ) : null}
    </section>
  );
}

function foldersOf({ folders }: ForgeRepository): string {
  const own = Object.entries(folders).map(([assignment, folder]) => `${assignment}: ${folder}`);
  return own.length === 0 ? 'as usual' : own.join(', ');
}

function ownOf({ hasCredential, hasSshKey }: ForgeRepository): string {
  const own = [...(hasCredential ? ['token'] : []), ...(hasSshKey ? ['SSH key'] : [])];
  return own.length === 0 ? '–' : own.join(' and ');
}
