import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { Assignment } from '../../http/schemas/assignment.ts';
import { SubmissionPage } from '../../http/schemas/submission.ts';
import { formatBytes } from '../../core/units.ts';
import { addressOf } from '../api/client.ts';
import { useResource } from '../api/use-resource.ts';
import { useCourse, useSession, type CourseView } from '../session.tsx';
import { SubmitPanel } from '../submit/submit-panel.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { AssignmentTabs } from '../ui/assignment-tabs.tsx';
import { Attempts } from '../ui/attempts.tsx';
import { Icon } from '../ui/icon.tsx';
import { Markdown } from '../ui/markdown.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { StandingCard } from '../ui/standing-card.tsx';
import { StateBadge } from '../ui/standing-badge.tsx';
import { Table } from '../ui/table.tsx';
import { Ticked } from '../ui/ticked.tsx';

/** One assignment: briefing, what is graded, hand-out, submitting, and all attempts. */
export function AssignmentPage() {
  const course = useCourse();
  const id = useParams()['assignment'] ?? '';
  const path = `/courses/${course.id}/assignments/${id}`;
  const assignment = useResource(Assignment, path);
  return (
    <AsyncView resource={assignment}>
      {(value) => (
        <>
          <PageHead
            title={value.title}
            crumbs={[{ to: `/courses/${course.id}`, label: course.title }]}
            sub={<Ticked text={value.summary} />}
            actions={<StateBadge state={value.state} />}
          />
          {course.staff ? <AssignmentTabs course={course.id} assignment={id} /> : null}
          <div className="columns">
            <div className="stack">
              {course.staff ? null : <MyAttempts path={path} course={course} />}
              <section className="card" aria-label="Briefing">
                <Markdown text={value.briefing} />
              </section>
              <WhatIsGraded assignment={value} />
            </div>
            <aside className="sidebar" aria-label="Hand-out and submission">
              {value.standing === null ? null : (
                <StandingCard standing={value.standing} assignment={value} course={course} />
              )}
              <section className="card">
                <h2>1. Get the hand-out</h2>
                <div className="stack tight">
                  <a className="button" href={addressOf(`${path}/handout`)} download>
                    <Icon name="download" />
                    Download the broken project
                  </a>
                  <HandoutFiles assignment={value} />
                </div>
              </section>
              <section className="card">
                <h2>2. Submit your fix</h2>
                <SubmitPanel
                  assignment={value}
                  path={path}
                  course={course.id}
                  reload={() => {
                    if (assignment.state === 'ready') assignment.reload();
                  }}
                />
              </section>
            </aside>
          </div>
        </>
      )}
    </AsyncView>
  );
}

function MyAttempts({ path, course }: { readonly path: string; readonly course: CourseView }) {
  const { me } = useSession();
  const page = useResource(SubmissionPage, `${path}/submissions?limit=50&person=${me.person.id}`);
  if (page.state === 'ready' && page.value.submissions.length === 0) return null;
  return (
    <section className="card flush" aria-labelledby="attempts">
      <div className="card-head">
        <h2 id="attempts">Your attempts</h2>
      </div>
      <AsyncView resource={page}>
        {({ submissions }) => <Attempts submissions={submissions} zone={course.timeZone} />}
      </AsyncView>
    </section>
  );
}

function WhatIsGraded({ assignment }: { readonly assignment: Assignment }) {
  return (
    <section className="card flush" aria-labelledby="graded">
      <div className="card-head">
        <h2 id="graded">What is graded</h2>
        <span className="small muted">passes from {assignment.passMark} points</span>
      </div>
      <Table
        label="What is graded"
        rows={assignment.checks}
        keyOf={(check) => check.id}
        columns={[
          { head: 'Check', kind: 'name', look: 'wide', cell: (check) => check.title },
          { head: 'Points', kind: 'number', cell: (check) => check.points },
          {
            head: 'Needed to pass',
            cell: (check) => (check.required ? 'yes' : <span className="muted">no</span>),
          },
        ]}
      />
    </section>
  );
}

/** More files than this are shown on request only. */
const SHOWN_FILES = 8;

function HandoutFiles({ assignment }: { readonly assignment: Assignment }) {
  const [all, setAll] = useState(false);
  const shown = all ? assignment.files : assignment.files.slice(0, SHOWN_FILES);
  return (
    <>
      <ul className="file-list" aria-label="Files of the hand-out">
        {shown.map((file) => (
          <li key={file.path}>
            <span className="mono truncate" title={file.path}>
              {file.path}
            </span>
            <span className="small muted nowrap">
              {file.editable ? formatBytes(file.bytes) : 'protected'}
            </span>
          </li>
        ))}
      </ul>
      {assignment.files.length > SHOWN_FILES ? (
        <button
          type="button"
          className="button quiet slim"
          aria-expanded={all}
          onClick={() => {
            setAll(!all);
          }}
        >
          {all ? 'Show fewer' : `Show all ${assignment.files.length} files`}
        </button>
      ) : null}
      {assignment.protected.length === 0 ? null : (
        <p className="small muted">
          {assignment.protected.map((folder) => `${folder}/`).join(' and ')} are replaced by the grader’s own
          copy before each build.
        </p>
      )}
      <p className="small">
        <Link to="edit">Read and edit the files here</Link>
      </p>
    </>
  );
}
