import { useEffect, useRef } from 'react';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import { useCourseById, useSession } from './session.tsx';
import { Person } from './ui/person.tsx';

/** Bar, navigation and the place where a page is shown. */
export function Shell() {
  const { me } = useSession();
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const course = courseOf(
    pathname,
    me.courses.map((one) => one.id),
  );
  const seen = useRef(pathname);

  // A new page starts at its top, and the keyboard with it; the first page leaves the focus to the browser.
  useEffect(() => {
    if (seen.current === pathname) return;
    seen.current = pathname;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);

  // On a phone the navigation scrolls sideways: where one is stays in sight.
  useEffect(() => {
    const here = document.querySelector('.nav [aria-current="page"]');
    here?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);

  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="topbar">
        <div className="topbar-in">
          <Link to="/" className="brand">
            <img src="/favicon.svg" alt="" width="26" height="26" />
            labgrader
          </Link>
          {course === null ? <SiteNav /> : <CourseNav course={course} />}
          <div className="account">
            <Link to="/account" className="truncate" aria-label={`Account of ${me.person.name}`}>
              <Person name={me.person.name} />
            </Link>
          </div>
        </div>
      </header>
      <main id="main" className="main" tabIndex={-1} ref={main}>
        <Outlet />
      </main>
    </>
  );
}

/** The course of the address; the only course there is where the address names none. */
function courseOf(pathname: string, ids: readonly string[]): string | null {
  const named = /^\/courses\/([^/]+)/.exec(pathname)?.[1];
  if (named !== undefined) return decodeURIComponent(named);
  const [only] = ids;
  return ids.length === 1 && only !== undefined ? only : null;
}

function SiteNav() {
  const { me } = useSession();
  const staff = me.person.admin || me.courses.some((course) => course.role !== 'learner');
  return (
    <nav className="nav" aria-label="Site">
      <NavLink to="/" end>
        Courses
      </NavLink>
      {staff ? <NavLink to="/queue">Queue</NavLink> : null}
      {me.person.admin ? <NavLink to="/platforms">Platforms</NavLink> : null}
    </nav>
  );
}

function CourseNav({ course }: { readonly course: string }) {
  const view = useCourseById(course);
  const base = `/courses/${course}`;
  const { pathname } = useLocation();
  const inAssignments = pathname === base || pathname.startsWith(`${base}/assignments`);
  return (
    <nav className="nav" aria-label="Course">
      <Link to={base} aria-current={inAssignments ? 'page' : undefined}>
        Assignments
      </Link>
      {view.staff ? (
        <>
          <NavLink to={`${base}/gradebook`}>Gradebook</NavLink>
          <NavLink to={`${base}/people`}>People</NavLink>
          <NavLink to={`${base}/regrades`}>Regrades</NavLink>
          {view.instructor ? (
            <>
              <NavLink to={`${base}/forges`}>Forges</NavLink>
              <NavLink to={`${base}/platforms`}>Platforms</NavLink>
            </>
          ) : null}
          <NavLink to="/queue">Queue</NavLink>
          <NavLink to={`${base}/audit`}>Audit log</NavLink>
        </>
      ) : null}
    </nav>
  );
}
