import { Link } from 'react-router';
import { CourseRole } from '../../core/role.ts';
import type { Member } from '../../http/schemas/field-types.ts';
import type { CourseView } from '../session.tsx';
import { Badge } from '../ui/badge.tsx';
import { Person } from '../ui/person.tsx';
import { RowButton } from '../ui/row-button.tsx';

/** One member of a course; instructors change the role here. */
export function MemberRow(props: {
  readonly member: Member;
  readonly course: CourseView;
  readonly busy: boolean;
  readonly onRole: (role: CourseRole) => void;
  readonly onLink: () => void;
  readonly onRemove: () => void;
  /** Absent for those who may block nobody. */
  readonly onBlock: (() => void) | undefined;
}) {
  const { member, course } = props;
  return (
    <tr>
      <th scope="row" className="name-cell">
        <Link to={`/courses/${course.id}/people/${member.id}`}>
          <Person name={member.name} />
        </Link>
        {member.blockedAt === null ? null : (
          <>
            {' '}
            <Badge tone="warn">blocked</Badge>
          </>
        )}
      </th>
      <td className="wrap-anywhere">{member.email}</td>
      <td className="mono">{member.externalId ?? '–'}</td>
      <td>
        {course.instructor ? (
          <select
            className="input slim"
            aria-label={`Role of ${member.name}`}
            value={member.role}
            disabled={props.busy}
            onChange={(event) => {
              const role = CourseRole.safeParse(event.target.value);
              if (role.success) props.onRole(role.data);
            }}
          >
            {CourseRole.options.map((role) => (
              <option key={role}>{role}</option>
            ))}
          </select>
        ) : (
          member.role
        )}
      </td>
      {course.instructor ? (
        <td className="right nowrap">
          {member.blockedAt === null && (member.role === 'learner' || member.role === 'assistant') ? (
            <RowButton
              kind="quiet"
              label={`Make a sign-in link for ${member.name}`}
              disabled={props.busy}
              onClick={props.onLink}
            >
              Sign-in link
            </RowButton>
          ) : null}
          <RowButton
            kind="quiet"
            label={`Remove ${member.name}`}
            disabled={props.busy}
            onClick={props.onRemove}
          >
            Remove
          </RowButton>
          {props.onBlock === undefined ? null : (
            <RowButton
              kind="quiet"
              label={`${member.blockedAt === null ? 'Block' : 'Let in again'}: ${member.name}`}
              disabled={props.busy}
              onClick={props.onBlock}
            >
              {member.blockedAt === null ? 'Block' : 'Let in again'}
            </RowButton>
          )}
        </td>
      ) : null}
    </tr>
  );
}
