import { useState } from 'react';
import { useParams } from 'react-router';
import { Assignment, Starter } from '../../http/schemas/assignment.ts';
import { FileList, SubmissionPage } from '../../http/schemas/submission.ts';
import { useResource } from '../api/use-resource.ts';
import { useCourse, useSession } from '../session.tsx';
import { Editor } from '../submit/editor.tsx';
import { AsyncView, Loading } from '../ui/async-view.tsx';
import { SelectField } from '../ui/field.tsx';
import { PageHead } from '../ui/page-head.tsx';

/** Editing the project in the page, from the hand-out or from the last attempt. */
export function EditPage() {
  const course = useCourse();
  const { me } = useSession();
  const id = useParams()['assignment'] ?? '';
  const path = `/courses/${course.id}/assignments/${id}`;
  const assignment = useResource(Assignment, path);
  const starter = useResource(Starter, `${path}/starter`);
  const attempts = useResource(SubmissionPage, `${path}/submissions?limit=1&person=${me.person.id}`);
  const last = attempts.state === 'ready' ? attempts.value.submissions[0] : undefined;
  const [from, setFrom] = useState<'handout' | 'last'>('handout');
  const files = useResource(
    FileList,
    from === 'last' && last !== undefined ? `/submissions/${last.id}/files` : null,
  );

  return (
    <AsyncView resource={assignment}>
      {(value) => (
        <>
          <PageHead
            title="Edit in the page"
            crumbs={[
              { to: `/courses/${course.id}`, label: course.title },
              { to: `/courses/${course.id}/assignments/${id}`, label: value.title },
            ]}
            sub="What you type stays on this machine until you submit it."
            actions={
              last === undefined ? undefined : (
                <SelectField
                  label="Start from"
                  value={from}
                  options={[
                    { value: 'handout', label: 'the hand-out' },
                    { value: 'last', label: `attempt ${last.attempt}` },
                  ]}
                  onChange={setFrom}
                />
              )
            }
          />
          <AsyncView resource={starter}>
            {(given) =>
              from === 'last' && files.state !== 'ready' ? (
                <Loading />
              ) : (
                <Editor
                  key={from === 'last' ? (last?.id ?? '') : 'handout'}
                  assignment={value}
                  path={path}
                  starter={given.files}
                  start={from === 'last' && files.state === 'ready' ? textsOf(files.value) : given.files}
                  draftKey={`draft ${me.person.id} ${course.id} ${id} ${from === 'last' ? (last?.id ?? '') : 'handout'}`}
                />
              )
            }
          </AsyncView>
        </>
      )}
    </AsyncView>
  );
}

function textsOf(list: FileList): Readonly<Record<string, string | null>> {
  return Object.fromEntries(list.files.map((file) => [file.path, file.text]));
}
