import { useEffect, useRef } from 'react';
import { NavLink, useLocation } from 'react-router';

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
  const tabs = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone they scroll sideways: where one is stays in sight.
  useEffect(() => {
    const here = tabs.current?.querySelector('[aria-current="page"]');
    here?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  return (
    <nav className="tabs" aria-label="Assignment" ref={tabs}>
      {TABS.map(([to, label]) => (
        <NavLink key={to} to={to === '' ? base : `${base}/${to}`} end>
          {label}
        </NavLink>
      ))}
    </nav>
  );
}
