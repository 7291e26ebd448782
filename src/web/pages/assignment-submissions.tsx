import { useState } from 'react';
import { useParams } from 'react-router';
import { Assignment } from '../../http/schemas/assignment.ts';
import { SubmissionPage, type SubmissionSummary } from '../../http/schemas/submission.ts';
import { ask } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { useResource } from '../api/use-resource.ts';
import { useCourse } from '../session.tsx';
import { AssignmentTabs } from '../ui/assignment-tabs.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { Attempts } from '../ui/attempts.tsx';
import { Empty } from '../ui/empty.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';

/** Everybody's submissions of an assignment, newest first. */
export function AssignmentSubmissionsPage() {
  const course = useCourse();
  const id = useParams()['assignment'] ?? '';
  const path = `/courses/${course.id}/assignments/${id}`;
  const assignment = useResource(Assignment, path);
  const first = useResource(SubmissionPage, `${path}/submissions?limit=50`);
  const [older, setOlder] = useState<readonly SubmissionSummary[]>([]);
  const [next, setNext] = useState<string | null | undefined>(undefined);
  const more = useAction(async (before: string) => {
    const page = await ask(
      SubmissionPage,
      `${path}/submissions?limit=50&before=${encodeURIComponent(before)}`,
    );
    setOlder((known) => [...known, ...page.submissions]);
    setNext(page.next);
  });
  return (
    <>
      <PageHead
        title={assignment.state === 'ready' ? assignment.value.title : 'Submissions'}
        crumbs={[{ to: `/courses/${course.id}`, label: course.title }]}
      />
      <AssignmentTabs course={course.id} assignment={id} />
      <AsyncView resource={first}>
        {(page) => {
          const before = next === undefined ? page.next : next;
          return page.submissions.length === 0 ? (
            <div className="card">
              <Empty title="Nothing submitted yet">Submissions appear here as learners send them in.</Empty>
            </div>
          ) : (
            <div className="card flush">
              <Attempts submissions={[...page.submissions, ...older]} zone={course.timeZone} people />
              {before === null ? null : (
                <div className="pager">
                  <span className="numeric">{page.submissions.length + older.length} shown</span>
                  <button
                    type="button"
                    className="button slim"
                    disabled={more.busy}
                    onClick={() => {
                      more.run(before);
                    }}
                  >
                    {more.busy ? 'Loading …' : 'Show older ones'}
                  </button>
                </div>
              )}
              <ProblemNote problem={more.problem} />
            </div>
          );
        }}
      </AsyncView>
    </>
  );
}
