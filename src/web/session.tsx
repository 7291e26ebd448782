import { createContext, use, useMemo, type ReactNode } from 'react';
import { Navigate, useLocation, useParams } from 'react-router';
import { isAtLeast, type Role } from '../core/role.ts';
import { Me } from '../http/schemas/session.ts';
import { useResource } from './api/use-resource.ts';
import { Loading } from './ui/async-view.tsx';
import { ProblemNote } from './ui/problem-note.tsx';

interface Session {
  readonly me: Me;
  /** Asks anew who is signed in, after joining a course for example. */
  readonly refresh: () => void;
}

const SessionContext = createContext<Session | null>(null);

/** Lets only signed-in people through; sends the others to the sign-in page and back afterwards. */
export function SignedIn({ children }: { readonly children: ReactNode }) {
  const me = useResource(Me, '/me');
  const location = useLocation();
  const session = useMemo(() => (me.state === 'ready' ? { me: me.value, refresh: me.reload } : null), [me]);
  if (session !== null) return <SessionContext value={session}>{children}</SessionContext>;
  if (me.state === 'failed' && me.problem.status === 401) {
    return (
      <Navigate to="/sign-in" replace state={{ from: location.pathname + location.search + location.hash }} />
    );
  }
  return (
    <main className="main narrow">
      {me.state === 'failed' ? <ProblemNote problem={me.problem} retry={me.reload} /> : <Loading />}
    </main>
  );
}

/** Who is signed in. Only below `SignedIn`. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error('This part of the page needs somebody to be signed in.');
  return session;
}

export interface CourseView {
  readonly id: string;
  readonly title: string;
  readonly timeZone: string;
  readonly role: Role;
  readonly staff: boolean;
  readonly instructor: boolean;
}

/** The course of the address, with what the signed-in person may do there. */
export function useCourse(): CourseView {
  const id = useParams()['course'] ?? '';
  return useCourseById(id);
}

export function useCourseById(id: string): CourseView {
  const { me } = useSession();
  const known = me.courses.find((course) => course.id === id);
  const role = me.person.admin ? 'admin' : (known?.role ?? 'learner');
  return {
    id,
    title: known?.title ?? id,
    timeZone: known?.timeZone ?? 'UTC',
    role,
    staff: isAtLeast(role, 'assistant'),
    instructor: isAtLeast(role, 'instructor'),
  };
}
