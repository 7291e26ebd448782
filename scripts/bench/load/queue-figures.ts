import { openDatabase } from '../../../src/adapters/postgres/database.ts';
import { runStore } from '../../../src/adapters/postgres/run-store.ts';
import { consumeRuns } from '../../../src/adapters/redis/run-consumer.ts';
import { openRunQueue } from '../../../src/adapters/redis/run-queue.ts';
import { type Figure, type Times, ratioFigure, spreadOf } from '../measure.ts';
import { generateLoad } from './generate-load.ts';
import { COURSE, type ServiceUnderLoad } from './service-under-load.ts';

const WAITING = 100_000;
const LEARNERS = 500;
const OTHERS = 1_000;
const CLAIMS = 300;
const READS = 150;
const BATCH = 5_000;
const MOST_RATIO = 1.5;

interface QueueTimes {
  readonly enqueue: Times;
  readonly claim: Times;
  readonly position: Times;
}

/** What a queue of 100,000 costs whoever joins it, looks at it or takes from it. */
export async function queueFigures(service: ServiceUnderLoad): Promise<readonly Figure[]> {
  const { learners } = await service.people(LEARNERS);
  // Compiles what is hot, and leaves some to be claimed.
  await queueTimes(service, learners);
  const empty = await queueTimes(service, learners);
  await fill(service);
  const full = await queueTimes(service, learners);
  const figure = (what: keyof QueueTimes, name: string, aimed: boolean): Figure =>
    ratioFigure(
      `queue with ${WAITING.toLocaleString('en')} waiting ÷ empty: ${name}`,
      full[what].median / empty[what].median,
      `${millisecondsText(full[what])} against ${millisecondsText(empty[what])}`,
      aimed ? MOST_RATIO : undefined,
    );
  return [
    figure('enqueue', 'to submit', true),
    figure('claim', 'to hear the bell and claim', true),
    figure('position', 'to show a submission with its place', false),
  ];
}

async function queueTimes(service: ServiceUnderLoad, learners: readonly string[]): Promise<QueueTimes> {
  const path = `/api/v1/courses/${COURSE}/assignments/port-bind/submissions`;
  const job = { url: service.url, path, tokens: [...learners], clients: 1, seconds: 8 };
  const { latencies } = await generateLoad({ ...job, body: { kind: 'project' } });
  const position = await positionTimes(service, path, learners[0] ?? '');
  return { enqueue: spreadOf(latencies), position, claim: await claimTimes(service) };
}

async function positionTimes(service: ServiceUnderLoad, path: string, token: string): Promise<Times> {
  const headers = { authorization: `Bearer ${token}` };
  const body = JSON.stringify({ files: { 'note.txt': 'mine' } });
  const sent = await fetch(`${service.url}${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  });
  const answer: unknown = await sent.json();
  const id = typeof answer === 'object' && answer !== null && 'id' in answer ? String(answer.id) : '';
  const times: number[] = [];
  for (let read = 0; read < READS; read++) {
    const began = performance.now();
    const shown = await fetch(`${service.url}/api/v1/submissions/${id}`, { headers });
    const text = await shown.text();
    times.push(performance.now() - began);
    if (!text.includes('"position":')) throw new Error(`no place is shown: ${text.slice(0, 300)}`);
  }
  return spreadOf(times);
}

/** From one claim to the next, for a worker that does nothing else. */
async function claimTimes(service: ServiceUnderLoad): Promise<Times> {
  const db = openDatabase({ url: service.databaseUrl, connections: 2 });
  const runs = runStore(db);
  const times: number[] = [];
  let at = performance.now();
  await new Promise<void>((resolve, reject) => {
    const consumer = consumeRuns({ ...service.redis, slots: 1, paused: false }, async (runId) => {
      if (times.length >= CLAIMS) return;
      const claimed = await runs.claim(runId, 'bench', new Date(), 3_600_000);
      const now = performance.now();
      // What gave way to a newer submission is there to be heard, but not to be claimed.
      if (claimed !== null) times.push(now - at);
      at = now;
      if (times.length === CLAIMS) finish(resolve);
    });
    // In an empty queue there may be fewer than that.
    const timer = setTimeout(() => {
      finish(times.length > 0 ? resolve : reject);
    }, 30_000);
    const idle = setInterval(() => {
      if (times.length > 0 && performance.now() - at > 3_000) finish(resolve);
    }, 500);
    function finish(settle: () => void): void {
      clearTimeout(timer);
      clearInterval(idle);
      void consumer[Symbol.asyncDispose]().then(settle);
    }
  });
  await db.$disconnect();
  return spreadOf(times);
}

/** Of other people: nobody has hundreds of their own waiting. */
async function fill(service: ServiceUnderLoad): Promise<void> {
  await service.people(OTHERS);
  const rows = await service.sql(
    `WITH added AS (
       INSERT INTO submission (id, assignment_id, person_id, attempt, digest, source, submitted_at, status)
       SELECT gen_random_uuid(), assignment.id, other.person_id, number, tree.digest, 'files', now() - interval '1 hour', 'queued'
       FROM (SELECT person_id FROM enrolment WHERE course_id = $2 AND role = 'learner'
               AND NOT EXISTS (SELECT 1 FROM submission WHERE submission.person_id = enrolment.person_id)) other
       CROSS JOIN (SELECT digest FROM file_tree LIMIT 1) tree
       CROSS JOIN generate_series(1, $1::int) number
       JOIN assignment ON assignment.course_id = $2 AND assignment.slug = 'dns' RETURNING id
     )
     INSERT INTO run (id, submission_id, kind, state, scenario, scenario_digest, priority, queued_at, rung_at)
     SELECT gen_random_uuid(), id, 'probe', 'queued', 'dns', '', 10, now() - interval '1 hour', now() FROM added RETURNING id`,
    [Math.ceil(WAITING / OTHERS), COURSE],
  );
  await using queue = openRunQueue(service.redis);
  await queue.queue.waitUntilReady();
  for (let from = 0; from < rows.length; from += BATCH) {
    await queue.queue.addBulk(
      rows.slice(from, from + BATCH).map((row) => {
        const runId = String(row['id']);
        return { name: 'run', data: { runId }, opts: { jobId: `${runId}-0`, priority: 10 } };
      }),
    );
  }
  await service.sql('ANALYZE submission');
  await service.sql('ANALYZE run');
}

function millisecondsText({ median, low, high }: Times): string {
  return `${median.toFixed(1)} ms (${low.toFixed(1)}–${high.toFixed(1)})`;
}
