import { useParams } from 'react-router';
import { Assignment } from '../../http/schemas/assignment.ts';
import { SubmissionPage } from '../../http/schemas/submission.ts';
import { ask } from '../api/client.ts';
import { useResource } from '../api/use-resource.ts';
import { useCourse } from '../session.tsx';
import { AssignmentTabs } from '../ui/assignment-tabs.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { Attempts } from '../ui/attempts.tsx';
import { Empty } from '../ui/empty.tsx';
import { OlderPages } from '../ui/older-pages.tsx';
import { PageHead } from '../ui/page-head.tsx';

const PAGE = 50;

/** Everybody's submissions of an assignment, newest first. */
export function AssignmentSubmissionsPage() {
  const course = useCourse();
  const id = useParams()['assignment'] ?? '';
  const path = `/courses/${course.id}/assignments/${id}`;
  const assignment = useResource(Assignment, path);
  const first = useResource(SubmissionPage, `${path}/submissions?limit=${PAGE}`);
  return (
    <>
      <PageHead
        title={assignment.state === 'ready' ? assignment.value.title : 'Submissions'}
        crumbs={[{ to: `/courses/${course.id}`, label: course.title }]}
      />
      <AssignmentTabs course={course.id} assignment={id} />
      <AsyncView resource={first}>
        {(page) =>
          page.submissions.length === 0 ? (
            <div className="card">
              <Empty title="Nothing submitted yet">Submissions appear here as learners send them in.</Empty>
            </div>
          ) : (
            <OlderPages
              newest={{ rows: page.submissions, next: page.next }}
              older={async (before) => {
                const query = `limit=${PAGE}&before=${encodeURIComponent(before)}`;
                const { submissions, next } = await ask(SubmissionPage, `${path}/submissions?${query}`);
                return { rows: submissions, next };
              }}
            >
              {(submissions) => <Attempts submissions={submissions} zone={course.timeZone} people />}
            </OlderPages>
          )
        }
      </AsyncView>
    </>
  );
}
