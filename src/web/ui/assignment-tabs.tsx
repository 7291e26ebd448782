import { NavLink } from 'react-router';

const TABS = [
  ['', 'Briefing'],
  ['submissions', 'Submissions'],
  ['statistics', 'Statistics'],
  ['exceptions', 'Extensions and overrides'],
  ['settings', 'Settings'],
] as const;

/** The pages of one assignment that staff go back and forth between. */
export function AssignmentTabs({
  course,
  assignment,
}: {
  readonly course: string;
  readonly assignment: string;
}) {
  const base = `/courses/${course}/assignments/${assignment}`;
  return (
    <nav className="tabs" aria-label="Assignment">
      {TABS.map(([to, label]) => (
        <NavLink key={to} to={to === '' ? base : `${base}/${to}`} end>
          {label}
        </NavLink>
      ))}
    </nav>
  );
}
