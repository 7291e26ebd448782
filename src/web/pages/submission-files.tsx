import { useParams } from 'react-router';
import { Starter } from '../../http/schemas/assignment.ts';
import { FileList, Submission } from '../../http/schemas/submission.ts';
import { formatBytes } from '../../core/units.ts';
import { addressOf } from '../api/client.ts';
import { useResource } from '../api/use-resource.ts';
import { lineDiff } from '../report/line-diff.ts';
import { AsyncView } from '../ui/async-view.tsx';
import { Badge } from '../ui/badge.tsx';
import { Icon } from '../ui/icon.tsx';
import { When } from '../ui/when.tsx';
import { PageHead } from '../ui/page-head.tsx';

/** The files of an attempt, those that changed first, with what changed in them. */
export function SubmissionFilesPage() {
  const id = useParams()['submission'] ?? '';
  const submission = useResource(Submission, `/submissions/${id}`);
  return <AsyncView resource={submission}>{(value) => <Files submission={value} />}</AsyncView>;
}

function Files({ submission }: { readonly submission: Submission }) {
  const { removedAt } = submission.kept.files;
  if (removedAt === null) return <KeptFiles submission={submission} />;
  return (
    <>
      <PageHead title="Files" crumbs={crumbsOf(submission)} />
      <p className="note">
        The files of this attempt were removed on <When at={removedAt} />, as the policy here says. Its
        verdict and score stay.
      </p>
    </>
  );
}

function crumbsOf(submission: Submission) {
  const base = `/courses/${submission.course.id}/assignments/${submission.assignment.id}`;
  return [
    { to: `/courses/${submission.course.id}`, label: submission.course.title },
    { to: base, label: submission.assignment.title },
    { to: `/submissions/${submission.id}`, label: `Attempt ${submission.attempt}` },
  ];
}

function KeptFiles({ submission }: { readonly submission: Submission }) {
  const base = `/courses/${submission.course.id}/assignments/${submission.assignment.id}`;
  const files = useResource(FileList, `/submissions/${submission.id}/files`);
  const { previous } = submission;
  const before = useResource(FileList, previous === null ? null : `/submissions/${previous.id}/files`);
  const starter = useResource(Starter, previous === null ? `${base}/starter` : null);
  const earlier =
    before.state === 'ready'
      ? new Map(before.value.files.map((file) => [file.path, file.text]))
      : new Map(starter.state === 'ready' ? Object.entries(starter.value.files) : []);
  const known = before.state === 'ready' || starter.state === 'ready';
  const touched = new Set([...(submission.changes?.changed ?? []), ...(submission.changes?.added ?? [])]);
  return (
    <>
      <PageHead
        title="Files"
        crumbs={crumbsOf(submission)}
        sub={previous === null ? 'Compared with the hand-out.' : `Compared with attempt ${previous.attempt}.`}
        actions={
          <a className="button" href={addressOf(`/submissions/${submission.id}/archive`)} download>
            <Icon name="download" />
            Download all
          </a>
        }
      />
      <AsyncView resource={files}>
        {(list) => (
          <div className="stack tight">
            {[...list.files]
              .sort(
                (a, b) =>
                  Number(touched.has(b.path)) - Number(touched.has(a.path)) || (a.path < b.path ? -1 : 1),
              )
              .map((file) => (
                <details key={file.path} className="card flush check file" open={touched.has(file.path)}>
                  <summary>
                    <span className="mono check-title">{file.path}</span>
                    {touched.has(file.path) ? (
                      <Badge tone="warn">
                        {submission.changes?.added.includes(file.path) === true ? 'added' : 'changed'}
                      </Badge>
                    ) : null}
                    <span className="small muted">{formatBytes(file.bytes)}</span>
                  </summary>
                  <FileText
                    path={file.path}
                    text={file.text}
                    before={known && touched.has(file.path) ? (earlier.get(file.path) ?? '') : null}
                  />
                </details>
              ))}
          </div>
        )}
      </AsyncView>
    </>
  );
}

function FileText(props: {
  readonly path: string;
  readonly text: string | null;
  readonly before: string | null;
}) {
  if (props.text === null) return <p className="check-body muted">Not text, or too large to show here.</p>;
  const lines =
    props.before === null
      ? props.text.split('\n').map((text) => ({ kind: 'same' as const, text }))
      : lineDiff(props.before, props.text);
  return (
    <pre className="diff" tabIndex={0} role="group" aria-label={`Text of ${props.path}`}>
      {lines.map((line, index) => (
        <span key={index} className={line.kind}>
          {line.kind === 'added' ? '+ ' : line.kind === 'removed' ? '- ' : '  '}
          {line.text}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}
