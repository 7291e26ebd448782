import { Link, Navigate } from 'react-router';
import { useSession } from '../session.tsx';
import { Badge } from '../ui/badge.tsx';
import { Empty } from '../ui/empty.tsx';
import { PageHead } from '../ui/page-head.tsx';

export function CoursesPage() {
  const { me } = useSession();
  const [first] = me.courses;
  if (me.courses.length === 1 && first !== undefined) return <Navigate to={`/courses/${first.id}`} replace />;
  return (
    <>
      <PageHead title="Your courses" />
      {me.courses.length === 0 ? (
        <div className="card">
          <Empty title="You are in no course yet">
            Open the invitation link of your course, or ask your instructor to add you.
          </Empty>
        </div>
      ) : (
        <ul className="course-list">
          {me.courses.map((course) => (
            <li key={course.id} className="card">
              <h2>
                <Link to={`/courses/${course.id}`}>{course.title}</Link>
              </h2>
              <div className="row">
                <Badge>{course.role}</Badge>
                <span className="small muted">{course.timeZone}</span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
