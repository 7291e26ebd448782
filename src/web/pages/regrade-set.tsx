import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import type { CheckStatus } from '../../core/check-result.ts';
import { type ChangedCheck, RegradePreview } from '../../http/schemas/regrade.ts';
import { tell } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { useResource } from '../api/use-resource.ts';
import { useCourse } from '../session.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { Badge } from '../ui/badge.tsx';
import { Pager, usePages } from '../ui/pager.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Person } from '../ui/person.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { REGRADE_STATES, scopeWords } from '../ui/regrade-words.ts';
import { formatScore } from '../ui/score-ring.tsx';
import { checkWords, StatusBadge, verdictWords } from '../ui/status-badge.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { Tile } from '../ui/tile.tsx';

const EVERY_MS = 3000;
const PAGE = 50;

/** One regrade set: its preview, and applying or dropping it. */
export function RegradeSetPage() {
  const course = useCourse();
  const id = useParams()['set'] ?? '';
  const set = useResource(RegradePreview, `/regrade-sets/${id}`);
  const reload = set.state === 'loading' ? null : set.reload;
  const running = set.state === 'ready' && set.value.state === 'running';
  useEffect(() => {
    if (!running || reload === null) return;
    const timer = setInterval(reload, EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }, [running, reload]);
  return (
    <AsyncView resource={set}>
      {(value) => (
        <>
          <PageHead
            title={value.reason}
            crumbs={[
              { to: `/courses/${course.id}`, label: course.title },
              { to: `/courses/${course.id}/regrades`, label: 'Regrades' },
            ]}
            sub={
              <span className="row">
                <Badge tone={REGRADE_STATES[value.state].tone}>{REGRADE_STATES[value.state].words}</Badge>
                <span>
                  {value.assignment.title}: {scopeWords(value)}, by <Person name={value.createdBy.name} />
                </span>
              </span>
            }
          />
          <div className="stack">
            <Decision set={value} reload={reload ?? (() => undefined)} />
            <Items set={value} />
          </div>
        </>
      )}
    </AsyncView>
  );
}

function Decision({ set, reload }: { readonly set: RegradePreview; readonly reload: () => void }) {
  const [acknowledged, setAcknowledged] = useState(false);
  const decide = useAction(async (what: 'apply' | 'drop') => {
    await tell(`/regrade-sets/${set.id}/${what}`, {
      method: 'POST',
      ...(what === 'apply' && { body: { acknowledgeLowered: acknowledged } }),
    });
    reload();
  });
  return (
    <section className="card stack" aria-label="Outcome">
      <dl className="tiles flat">
        <Tile label="Graded again" value={`${set.finished} of ${set.total}`} />
        <Tile label="Go up" value={set.up} tone="up" />
        <Tile label="Go down" value={set.down} tone={set.down > 0 ? 'down' : undefined} />
        <Tile label="Stay" value={set.same} />
        {set.faults > 0 ? <Tile label="Grader faults" value={set.faults} /> : null}
      </dl>
      {set.state === 'running' ? (
        <progress max={Math.max(1, set.total)} value={set.finished} aria-label="Runs finished" />
      ) : null}
      <ProblemNote problem={decide.problem} />
      {set.state === 'ready' ? (
        <>
          {set.down > 0 ? (
            <label className="check-field">
              <input
                type="checkbox"
                checked={acknowledged}
                onChange={(event) => {
                  setAcknowledged(event.target.checked);
                }}
              />
              <span>
                I know that {set.down} {set.down === 1 ? 'score goes' : 'scores go'} down.
              </span>
            </label>
          ) : null}
          <div className="row">
            <button
              type="button"
              className="button primary"
              disabled={decide.busy || (set.down > 0 && !acknowledged)}
              onClick={() => {
                decide.run('apply');
              }}
            >
              Apply to the gradebook
            </button>
            <button
              type="button"
              className="button danger"
              disabled={decide.busy}
              onClick={() => {
                decide.run('drop');
              }}
            >
              Drop the set
            </button>
          </div>
        </>
      ) : null}
    </section>
  );
}

function Items({ set }: { readonly set: RegradePreview }) {
  const [all, setAll] = useState(false);
  const changed = set.items.filter((item) => item.delta !== null && item.delta !== 0);
  const rows = (all ? [...set.items] : changed).sort((a, b) => (a.delta ?? 0) - (b.delta ?? 0));
  const pages = usePages(rows, PAGE);
  return (
    <section className="card flush" aria-labelledby="items">
      <div className="card-head">
        <h2 id="items">{all ? 'All submissions' : 'What changes'}</h2>
        <button
          type="button"
          className="button quiet slim"
          aria-pressed={all}
          onClick={() => {
            setAll(!all);
          }}
        >
          {all ? 'Show changes only' : `Show all ${set.items.length}`}
        </button>
      </div>
      {rows.length === 0 ? (
        <p className="muted card-pad">
          {set.state === 'running' ? 'No score has changed so far.' : 'No score changes.'}
        </p>
      ) : (
        <Table label="Submissions" rows={pages.shown} keyOf={(item) => item.run} columns={COLUMNS} />
      )}
      <Pager {...pages} noun="submissions" />
    </section>
  );
}

const COLUMNS: readonly Column<RegradePreview['items'][number]>[] = [
  {
    head: 'Learner',
    kind: 'name',
    look: 'name-cell',
    cell: ({ submission }) => <Person name={submission.person.name} />,
  },
  {
    head: 'Attempt',
    look: 'nowrap',
    cell: ({ submission }) => (
      <Link to={`/submissions/${submission.id}`}>
        {submission.attempt}
        <span className="visually-hidden"> of {submission.person.name}</span>
      </Link>
    ),
  },
  { head: 'Before', look: 'nowrap', cell: (item) => gradedWords(item.before) },
  {
    head: 'After',
    look: 'nowrap',
    cell: (item) =>
      item.after === null ? (
        <StatusBadge status={item.state} verdict={null} />
      ) : (
        <Link to={`/runs/${item.run}`}>{gradedWords(item.after)}</Link>
      ),
  },
  { head: 'Change', kind: 'number', cell: (item) => <Delta delta={item.delta} /> },
  { head: 'Why', look: 'small wide', cell: (item) => <Why checks={item.changedChecks} /> },
];

function Why({ checks }: { readonly checks: readonly ChangedCheck[] }) {
  if (checks.length === 0) return <>–</>;
  return (
    <div>
      {checks.map(({ id, title, before, after }) => (
        <div key={id}>
          {title}: {outcomeWords(before)} → {outcomeWords(after)}
        </div>
      ))}
    </div>
  );
}

function outcomeWords(status: CheckStatus | null): string {
  return status === null ? 'not there' : checkWords(status).toLowerCase();
}

function gradedWords(graded: RegradePreview['items'][number]['before']): string {
  return graded === null
    ? '–'
    : `${formatScore(graded.score)}, ${verdictWords(graded.verdict).toLowerCase()}`;
}

function Delta({ delta }: { readonly delta: number | null }) {
  if (delta === null) return <>–</>;
  if (delta === 0) return <span className="muted">0</span>;
  return (
    <Badge
      tone={delta > 0 ? 'pass' : 'fail'}
    >{`${delta > 0 ? '+' : '−'}${formatScore(Math.abs(delta))}`}</Badge>
  );
}
