import { Link } from 'react-router';
import { AssignmentList } from '../../http/schemas/assignment.ts';
import { LtiCourse } from '../../http/schemas/lti.ts';
import { useResource } from '../api/use-resource.ts';
import { LinkedCourses } from '../lti/linked-courses.tsx';
import { Links } from '../lti/links.tsx';
import { Platforms } from '../lti/platforms.tsx';
import { ToolAddresses } from '../lti/tool-addresses.tsx';
import { useCourse } from '../session.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { PageHead } from '../ui/page-head.tsx';

/** The learning platforms of a course: who may launch, what of them leads here, and what each link opens. */
export function PlatformsPage() {
  const course = useCourse();
  const path = `/courses/${course.id}/lti`;
  const view = useResource(LtiCourse, path);
  const list = useResource(AssignmentList, `/courses/${course.id}/assignments`);
  const reload = (): void => {
    if (view.state !== 'loading') view.reload();
  };
  return (
    <>
      <PageHead
        title="Learning platforms"
        crumbs={[{ to: `/courses/${course.id}`, label: course.title }]}
        actions={
          course.role === 'admin' ? (
            <Link className="button" to="/platforms">
              Platforms of every course
            </Link>
          ) : undefined
        }
        sub="Links in Canvas, Moodle and the like open assignments here without another sign-in, and scores go back."
      />
      <AsyncView resource={view}>
        {({ tool, platforms, contexts, links }) => (
          <div className="stack">
            <Platforms
              path={`${path}/platforms`}
              platforms={platforms}
              zone={course.timeZone}
              reload={reload}
            />
            <LinkedCourses path={path} contexts={contexts} zone={course.timeZone} reload={reload} />
            <AsyncView resource={list}>
              {({ assignments }) => (
                <Links path={path} links={links} assignments={assignments} reload={reload} />
              )}
            </AsyncView>
            <ToolAddresses tool={tool} />
          </div>
        )}
      </AsyncView>
    </>
  );
}
