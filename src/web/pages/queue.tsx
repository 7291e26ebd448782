import { useEffect } from 'react';
import { Link } from 'react-router';
import { formatDuration } from '../../core/units.ts';
import { QueueOverview } from '../../http/schemas/operations.ts';
import { useResource } from '../api/use-resource.ts';
import { useSession } from '../session.tsx';
import { AsyncView } from '../ui/async-view.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Empty } from '../ui/empty.tsx';
import { Faults } from '../ui/faults.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Person } from '../ui/person.tsx';
import { Table } from '../ui/table.tsx';
import { Tile } from '../ui/tile.tsx';
import { Relative } from '../ui/when.tsx';

const EVERY_MS = 3000;

/** What waits, what runs, who works, and what the grader failed at. Asked anew every few seconds. */
export function QueuePage() {
  const { me } = useSession();
  const overview = useResource(QueueOverview, '/queue');
  const reload = overview.state === 'loading' ? null : overview.reload;
  useEffect(() => {
    if (reload === null) return;
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }, [reload]);
  return (
    <>
      <PageHead
        title="Queue and workers"
        sub="Renewed every few seconds."
        actions={
          me.person.admin ? (
            <a className="button" href="/admin/queues">
              Open bull-board
            </a>
          ) : undefined
        }
      />
      <AsyncView resource={overview}>
        {(value) => <Overview overview={value} reload={reload ?? (() => undefined)} />}
      </AsyncView>
    </>
  );
}

function Overview({ overview, reload }: { readonly overview: QueueOverview; readonly reload: () => void }) {
  const slots = overview.workers.reduce(
    (sum, worker) => sum + (worker.state === 'lost' ? 0 : worker.slots),
    0,
  );
  const wait = overview.expectedWaitSeconds;
  return (
    <div className="stack">
      {overview.redis === 'down' ? (
        <p className="note warn">
          Redis doesn’t answer. Submissions are still taken in and kept; they are graded once it is back.
        </p>
      ) : null}
      <dl className="tiles">
        <Tile label="Waiting" value={overview.queued} />
        <Tile label="Running" value={overview.running} of={`of ${slots} slots`} />
        <Tile
          label="Expected wait"
          value={wait === null ? '–' : wait < 1 ? 'none' : formatDuration(wait * 1000)}
        />
        <Tile label="Grader faults" value={overview.faults.length} />
      </dl>
      <Faults faults={overview.faults} reload={reload} />
      <Workers workers={overview.workers} />
      <Waiting overview={overview} />
    </div>
  );
}

const WORKER_STATES = {
  idle: { words: 'ready', tone: 'pass' },
  busy: { words: 'grading', tone: 'live' },
  draining: { words: 'finishing up', tone: 'warn' },
  refusing: { words: 'takes nothing', tone: 'fail' },
  lost: { words: 'not heard of', tone: 'fail' },
} as const satisfies Record<QueueOverview['workers'][number]['state'], { words: string; tone: Tone }>;

function Workers({ workers }: { readonly workers: QueueOverview['workers'] }) {
  return (
    <section className="card flush" aria-labelledby="workers">
      <div className="card-head">
        <h2 id="workers">Workers</h2>
      </div>
      {workers.length === 0 ? (
        <Empty title="No worker has reported">Submissions wait until one is started.</Empty>
      ) : (
        <Table
          label="Workers"
          rows={workers}
          keyOf={(worker) => worker.id}
          columns={[
            {
              head: 'Worker',
              kind: 'name',
              look: 'mono wrap-anywhere',
              cell: (worker) => (
                <>
                  {worker.host} <span className="muted">{worker.id.slice(0, 8)}</span>
                </>
              ),
            },
            {
              head: 'State',
              cell: (worker) => (
                <>
                  <Badge tone={WORKER_STATES[worker.state].tone}>{WORKER_STATES[worker.state].words}</Badge>
                  {worker.note === null ? null : <div className="small muted">{worker.note}</div>}
                </>
              ),
            },
            {
              head: 'Slots in use',
              kind: 'number',
              cell: (worker) => `${worker.busy} of ${worker.slots}`,
            },
            { head: 'Engine', cell: (worker) => worker.engine ?? '–' },
            { head: 'Heard of', look: 'nowrap', cell: (worker) => <Relative at={worker.seenAt} /> },
          ]}
        />
      )}
    </section>
  );
}

function Waiting({ overview }: { readonly overview: QueueOverview }) {
  return (
    <section className="card flush" aria-labelledby="waiting">
      <div className="card-head">
        <h2 id="waiting">Waiting</h2>
        {overview.queued > overview.waiting.length ? (
          <span className="small muted">the first {overview.waiting.length}</span>
        ) : null}
      </div>
      {overview.waiting.length === 0 ? (
        <Empty title="Nothing waits" icon="check">
          Whatever is submitted now is graded at once.
        </Empty>
      ) : (
        <Table
          label="Waiting"
          rows={overview.waiting}
          keyOf={(run) => run.run}
          columns={[
            { head: 'Place', kind: 'number', cell: (run) => run.position },
            {
              head: 'Learner',
              kind: 'name',
              look: 'name-cell',
              cell: (run) => (
                <Link to={`/submissions/${run.submission}`}>
                  <Person name={run.person.name} />
                </Link>
              ),
            },
            { head: 'Assignment', cell: (run) => run.assignment.title },
            { head: 'Kind', cell: (run) => (run.kind === 'first' ? 'submission' : run.kind) },
            { head: 'Since', look: 'nowrap', cell: (run) => <Relative at={run.queuedAt} /> },
          ]}
        />
      )}
    </section>
  );
}
