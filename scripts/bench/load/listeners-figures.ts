import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../../src/adapters/postgres/database.ts';
import { runStore } from '../../../src/adapters/postgres/run-store.ts';
import { openRunFeed } from '../../../src/adapters/redis/run-feed.ts';
import { Accepted } from '../../../src/http/schemas/submission.ts';
import type { Report } from '../../../src/core/report.ts';
import type { Figure } from '../measure.ts';
import { quantile } from './generate-load.ts';
import { type ListenJob, ListenLine } from './listen-job.ts';
import { COURSE, type ServiceUnderLoad, residentMiB } from './service-under-load.ts';

const PROGRAM = fileURLToPath(new URL('listen-process.ts', import.meta.url));
const LISTENERS = 1_000;
const VERDICTS = 200;
/** About as many as a dozen slots decide. */
const A_SECOND = 10;
const MOST_MS = 1_000;

/** From a verdict that is stored to the page that shows it, while 1,000 pages wait. */
export async function listenersFigures(service: ServiceUnderLoad): Promise<readonly Figure[]> {
  const { learners } = await service.people(LISTENERS);
  const pages = await submitAll(service, learners);
  const before = await residentMiB(service.apiProcess());
  const job: ListenJob = { url: service.url, pages, verdicts: VERDICTS, seconds: 180 };
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(job));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const opened = await nextLine(lines);
  if (opened.line !== 'open') throw new Error('the pages were not opened');
  // What is there to be seen of waiting is seen within a few looks.
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const with1000 = await residentMiB(service.apiProcess());
  const decidedAt = await decide(
    service,
    pages.slice(0, VERDICTS).map(({ submission }) => submission),
  );
  const result = await nextLine(lines);
  if (result.line !== 'over') throw new Error('the pages did not tell what they showed');
  const times = [...decidedAt].flatMap(([id, at]) => {
    const shown = result.shownAt[id];
    return shown === undefined ? [] : [shown - at];
  });
  const last = quantile(times, 0.99);
  const detail = `${times.length} of ${VERDICTS} verdicts shown, at most ${A_SECOND} a second, to ${opened.pages} pages, ${result.broken} broken`;
  return [
    {
      name: 'listeners: from a stored verdict to the page that shows it, while 1,000 wait: median',
      value: quantile(times, 0.5),
      text: `${quantile(times, 0.5).toFixed(0)} ms`,
      detail,
    },
    {
      name: 'listeners: the same, 99th percentile',
      value: last,
      text: `${last.toFixed(0)} ms`,
      detail,
      target: {
        text: `≤ ${MOST_MS} ms`,
        met: last <= MOST_MS && times.length === VERDICTS && opened.pages === LISTENERS,
      },
    },
    {
      name: 'listeners: memory of the API with 1,000 of them',
      value: with1000,
      text: `${with1000.toFixed(0)} MiB`,
      detail: `${before.toFixed(0)} MiB before they came`,
    },
  ];
}

async function submitAll(
  service: ServiceUnderLoad,
  learners: readonly string[],
): Promise<ListenJob['pages']> {
  const url = `${service.url}/api/v1/courses/${COURSE}/assignments/port-bind/submissions`;
  const pages: ListenJob['pages'] = [];
  for (let from = 0; from < learners.length; from += 20) {
    const some = learners.slice(from, from + 20).map(async (token, index) => {
      const sent = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ files: { 'note.txt': `${from + index}` } }),
      });
      pages.push({ submission: Accepted.parse(await sent.json()).id, token });
    });
    await Promise.all(some);
  }
  return pages;
}

/** Does what a worker does with a run that takes no time. Says when each verdict was stored. */
async function decide(
  service: ServiceUnderLoad,
  submissions: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const db = openDatabase({ url: service.databaseUrl, connections: 2 });
  const runs = runStore(db);
  await using feed = openRunFeed(service.redis);
  const decidedAt = new Map<string, number>();
  // One after the other: a machine that is too slow for the pace is measured all the same.
  for (const id of submissions)
    await Promise.all([decideOne(id), new Promise((resolve) => setTimeout(resolve, 1000 / A_SECOND))]);
  await db.$disconnect();
  return decidedAt;

  async function decideOne(id: string): Promise<void> {
    const [run] = await runs.ofSubmission(id);
    const claimed = await runs.claim(run?.id ?? '', 'bench', new Date(), 60_000);
    if (claimed === null) throw new Error(`the run of ${id} could not be claimed`);
    const change = await runs.record(claimed.claim, REPORT, new Date());
    if (change === null) throw new Error(`the verdict of ${id} could not be stored`);
    decidedAt.set(id, performance.timeOrigin + performance.now());
    feed.announce(change);
  }
}

async function nextLine(lines: AsyncIterator<string>): Promise<ListenLine> {
  const next = await lines.next();
  if (next.done === true) throw new Error('the listening process ended early');
  return ListenLine.parse(JSON.parse(next.value));
}

const REPORT: Report = {
  scenario: 'port-bind',
  scenarioDigest: '',
  verdict: 'passed',
  score: 100,
  summary: 'Everything holds.',
  checks: [],
  policy: [],
  notices: [],
  buildLog: [],
  timings: { total: 1_000 },
  engine: 'none',
};
