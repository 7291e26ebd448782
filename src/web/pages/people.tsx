import { useMemo, useState } from 'react';
import type { Member } from '../../http/schemas/field-types.ts';
import { PeopleList, SignInLink } from '../../http/schemas/course.ts';
import { ask, tell } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { useResource } from '../api/use-resource.ts';
import { AddPerson } from '../people/add-person.tsx';
import { BlockPerson } from '../people/block-person.tsx';
import { ImportPeople } from '../people/import-people.tsx';
import { Invitations } from '../people/invitations.tsx';
import { memberColumns } from '../people/member-columns.tsx';
import { useCourse, useSession, type CourseView } from '../session.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { Empty } from '../ui/empty.tsx';
import { TextField } from '../ui/field.tsx';
import { OnceShown } from '../ui/once-shown.tsx';
import { Pager, usePages } from '../ui/pager.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { Table } from '../ui/table.tsx';

const PAGE = 50;

/** The people of a course: roles, sign-in links, CSV import and invitations. */
export function PeoplePage() {
  const course = useCourse();
  const people = useResource(PeopleList, `/courses/${course.id}/people`);
  const [open, setOpen] = useState<'add' | 'import' | null>(null);
  const reload = (): void => {
    if (people.state !== 'loading') people.reload();
  };
  const close = (): void => {
    setOpen(null);
  };
  return (
    <>
      <PageHead
        title="People"
        crumbs={[{ to: `/courses/${course.id}`, label: course.title }]}
        actions={
          course.instructor ? (
            <>
              <button
                type="button"
                className="button"
                onClick={() => {
                  setOpen('import');
                }}
              >
                Import a CSV list
              </button>
              <button
                type="button"
                className="button primary"
                onClick={() => {
                  setOpen('add');
                }}
              >
                Add a person
              </button>
            </>
          ) : undefined
        }
      />
      <div className="stack">
        <AsyncView resource={people}>
          {(value) => <Members people={value.people} course={course} reload={reload} />}
        </AsyncView>
        {course.instructor ? <Invitations course={course.id} /> : null}
      </div>
      {open === 'add' ? <AddPerson course={course.id} onClose={close} onDone={reload} /> : null}
      {open === 'import' ? <ImportPeople course={course.id} onClose={close} onDone={reload} /> : null}
    </>
  );
}

function Members(props: {
  readonly people: readonly Member[];
  readonly course: CourseView;
  readonly reload: () => void;
}) {
  const { people, course } = props;
  const { me } = useSession();
  const [search, setSearch] = useState('');
  const [link, setLink] = useState<{ name: string; url: string } | null>(null);
  const rows = useMemo(() => found(people, search), [people, search]);
  const pages = usePages(rows, PAGE);
  const [blocking, setBlocking] = useState<Member | null>(null);
  const act = useAction(async (work: () => Promise<void>) => work());

  function letIn(member: Member): void {
    if (
      !window.confirm(
        `Let ${member.name} in again? What they had to sign in with holds again, where it hasn’t run out.`,
      )
    )
      return;
    act.run(async () => {
      await tell(`/people/${member.id}/block`, { method: 'DELETE' });
      props.reload();
    });
  }

  const path = (member: Member): string => `/courses/${course.id}/people/${member.id}`;
  const columns = memberColumns({
    course,
    busy: act.busy,
    onRole: (member, role) => {
      act.run(async () => {
        await tell(path(member), { method: 'PATCH', body: { role } });
        props.reload();
      });
    },
    onLink: (member) => {
      act.run(async () => {
        const { url } = await ask(SignInLink, `${path(member)}/sign-in-link`, { method: 'POST' });
        setLink({ name: member.name, url });
      });
    },
    mayBlock: (member) => course.role === 'admin' && member.id !== me.person.id,
    onBlock: (member) => {
      if (member.blockedAt === null) setBlocking(member);
      else letIn(member);
    },
    onRemove: (member) => {
      if (!window.confirm(`Take ${member.name} out of the course? What was submitted is kept.`)) return;
      act.run(async () => {
        await tell(path(member), { method: 'DELETE' });
        props.reload();
      });
    },
  });

  if (people.length === 0) {
    return (
      <div className="card">
        <Empty title="Nobody is in this course yet">
          Add people, import a list, or make an invitation link.
        </Empty>
      </div>
    );
  }
  return (
    <section aria-label="Members">
      <div className="toolbar">
        <TextField
          label="Search"
          type="search"
          wide
          value={search}
          onChange={setSearch}
          placeholder="name, e-mail or number"
        />
      </div>
      <ProblemNote problem={act.problem} />
      {link === null ? null : <OnceShown title={`The sign-in link of ${link.name}`} secret={link.url} />}
      <div className="card flush">
        {rows.length === 0 ? (
          <Empty title="Nobody matches" icon="search" />
        ) : (
          <Table label="Members" rows={pages.shown} keyOf={(member) => member.id} columns={columns} />
        )}
        <Pager {...pages} noun="people" />
      </div>
      {blocking === null ? null : (
        <BlockPerson
          member={blocking}
          onDone={props.reload}
          onClose={() => {
            setBlocking(null);
          }}
        />
      )}
    </section>
  );
}

function found(people: readonly Member[], search: string): Member[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const collator = new Intl.Collator(undefined, { sensitivity: 'base' });
  return people
    .filter((person) => {
      const text =
        `${person.name} ${person.email} ${person.externalId ?? ''} ${person.role}`.toLocaleLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => collator.compare(a.name, b.name));
}
