import { Link } from 'react-router';
import { CourseRole } from '../../core/role.ts';
import type { Member } from '../../http/schemas/field-types.ts';
import type { CourseView } from '../session.tsx';
import { Badge } from '../ui/badge.tsx';
import { Person } from '../ui/person.tsx';
import { RowButton } from '../ui/row-button.tsx';
import type { Column } from '../ui/table.tsx';

interface MemberActs {
  readonly course: CourseView;
  readonly busy: boolean;
  readonly onRole: (member: Member, role: CourseRole) => void;
  readonly onLink: (member: Member) => void;
  readonly onRemove: (member: Member) => void;
  readonly onBlock: (member: Member) => void;
  readonly mayBlock: (member: Member) => boolean;
}

/** What the list of a course's members shows; instructors change roles in it. */
export function memberColumns(acts: MemberActs): Column<Member>[] {
  const { course } = acts;
  return [
    {
      head: 'Name',
      kind: 'name',
      look: 'name-cell',
      cell: (member) => (
        <>
          <Link to={`/courses/${course.id}/people/${member.id}`}>
            <Person name={member.name} />
          </Link>{' '}
          {member.blockedAt === null ? null : <Badge tone="warn">blocked</Badge>}
        </>
      ),
    },
    { head: 'E-mail', look: 'wrap-anywhere', cell: (member) => member.email },
    { head: 'Number', look: 'mono', cell: (member) => member.externalId ?? '–' },
    {
      head: 'Role',
      cell: (member) => (course.instructor ? <RoleSelect member={member} {...acts} /> : member.role),
    },
    ...(course.instructor
      ? [
          {
            head: 'Actions',
            kind: 'acts',
            cell: (member: Member) => <Acts member={member} {...acts} />,
          } as const,
        ]
      : []),
  ];
}

function RoleSelect({ member, busy, onRole }: MemberActs & { readonly member: Member }) {
  return (
    <select
      className="input slim"
      aria-label={`Role of ${member.name}`}
      value={member.role}
      disabled={busy}
      onChange={(event) => {
        const role = CourseRole.safeParse(event.target.value);
        if (role.success) onRole(member, role.data);
      }}
    >
      {CourseRole.options.map((role) => (
        <option key={role}>{role}</option>
      ))}
    </select>
  );
}

function Acts({ member, ...acts }: MemberActs & { readonly member: Member }) {
  const blocked = member.blockedAt !== null;
  const words = blocked ? 'Let in again' : 'Block';
  return (
    <>
      {!blocked && (member.role === 'learner' || member.role === 'assistant') ? (
        <RowButton
          kind="quiet"
          label={`Make a sign-in link for ${member.name}`}
          disabled={acts.busy}
          onClick={() => {
            acts.onLink(member);
          }}
        >
          Sign-in link
        </RowButton>
      ) : null}
      <RowButton
        kind="quiet"
        label={`Remove ${member.name}`}
        disabled={acts.busy}
        onClick={() => {
          acts.onRemove(member);
        }}
      >
        Remove
      </RowButton>
      {acts.mayBlock(member) ? (
        <RowButton
          kind="quiet"
          label={`${words}: ${member.name}`}
          disabled={acts.busy}
          onClick={() => {
            acts.onBlock(member);
          }}
        >
          {words}
        </RowButton>
      ) : null}
    </>
  );
}
