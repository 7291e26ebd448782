import { createHash, randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { applyMigrations } from '../../../src/adapters/postgres/migrate.ts';
import { hashOfSecret, newSecret } from '../../../src/app/secret-token.ts';

const FIRST = '20261125000000_start';
const MIGRATIONS = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));

/** What the first version of the service knew of a run when it was stopped for good. */
export interface OldRun {
  readonly learner: string;
  /** Stands in the Dockerfile; the fake grader goes by it. */
  readonly word: string;
  readonly state: 'queued' | 'running' | 'done';
  /** Whether its queue was told of the run: a queue that nobody has any more. */
  readonly rung: boolean;
}

export interface OldSubmission {
  readonly id: string;
  readonly runId: string;
  /** A token of its learner, which was given out then. */
  readonly token: string;
}

/** Brings an empty database to where the first version of the service had it, by the first migration alone. */
export async function migrateToFirst(url: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'labgrader-first-'));
  try {
    await cp(join(MIGRATIONS, FIRST), join(folder, FIRST), { recursive: true });
    await applyMigrations(url, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes a course with a submission of each learner, in the columns that there were then. */
export async function writeFirstRows(
  url: string,
  runs: readonly OldRun[],
): Promise<ReadonlyMap<string, OldSubmission>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const assignment = randomUUID();
    await client.query(`INSERT INTO course (id, title, time_zone) VALUES ('docker-101', 'Docker', 'UTC')`);
    await client.query(
      `INSERT INTO assignment (id, course_id, slug, title, scenario, position, late_policy)
       VALUES ($1, 'docker-101', 'port-bind', 'Nobody answers', 'port-bind', 1, '{"kind":"none"}')`,
      [assignment],
    );
    const written = new Map<string, OldSubmission>();
    for (const run of runs) written.set(run.learner, await writeRun(client, assignment, run));
    return written;
  } finally {
    await client.end();
  }
}

async function writeRun(client: pg.Client, assignment: string, run: OldRun): Promise<OldSubmission> {
  const [person, id, runId] = [randomUUID(), randomUUID(), randomUUID()];
  const token = newSecret('api');
  const done = run.state === 'done';
  const score = done ? 100 : null;
  const verdict = done ? 'passed' : null;
  await client.query('INSERT INTO person (id, email, name) VALUES ($1, $2, $3)', [
    person,
    `${run.learner}@example.edu`,
    run.learner,
  ]);
  await client.query(
    `INSERT INTO enrolment (course_id, person_id, role) VALUES ('docker-101', $1, 'learner')`,
    [person],
  );
  await client.query(
    `INSERT INTO token (id, hash, kind, person_id, label, scopes, expires_at)
     VALUES ($1, $2, 'api', $3, 'old', '{read,submit}', now() + interval '1 day')`,
    [randomUUID(), hashOfSecret(token), person],
  );
  await client.query(
    `INSERT INTO submission (id, assignment_id, person_id, attempt, digest, source, submitted_at, counting_run_id,
       status, verdict, score)
     VALUES ($1, $2, $3, 1, $4, 'files', now() - interval '1 hour', $5, $6, $7, $8)`,
    [
      id,
      assignment,
      person,
      await writeFiles(client, run.word),
      done ? runId : null,
      run.state,
      verdict,
      score,
    ],
  );
  await client.query(
    `INSERT INTO run (id, submission_id, kind, state, scenario, scenario_digest, priority, queued_at, rung_at,
       started_at, finished_at, fence, lease_until, worker, verdict, score, report)
     VALUES ($1, $2, 'first', $3::run_state, 'port-bind', repeat('a', 64), 10, now() - interval '1 hour',
       CASE WHEN $4 THEN now() - interval '1 hour' END,
       CASE WHEN $5 THEN now() - interval '50 minutes' END, CASE WHEN $6 THEN now() - interval '49 minutes' END,
       CASE WHEN $5 THEN 1 ELSE 0 END, CASE WHEN $5 AND NOT $6 THEN now() - interval '49 minutes' END,
       CASE WHEN $5 THEN 'a worker of then' END, $7, $8, $9)`,
    [runId, id, run.state, run.rung, run.state !== 'queued', done, verdict, score, done ? REPORT : null],
  );
  return { id, runId, token };
}

/** As the service has kept files ever since: one gzip of an index line and what stands in the files. */
async function writeFiles(client: pg.Client, word: string): Promise<string> {
  const text = `FROM x\nCMD ${word}\n`;
  const index = JSON.stringify([['Dockerfile', Buffer.byteLength(text), false]]);
  const digest = createHash('sha256').update(text).digest('hex');
  await client.query(
    `INSERT INTO file_tree (digest, blob, file_count, total_bytes) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING`,
    [digest, gzipSync(`${index}\n${text}`), Buffer.byteLength(text)],
  );
  return digest;
}

const REPORT = JSON.stringify({
  scenario: 'port-bind',
  scenarioDigest: 'a'.repeat(64),
  verdict: 'passed',
  score: 100,
  summary: 'Graded by the version of then.',
  checks: [
    {
      id: 'answers',
      kind: 'http',
      title: 'It answers',
      status: 'passed',
      points: 100,
      maxPoints: 100,
      required: true,
      observed: 'an answer',
      expected: 'an answer',
      explanation: '',
      hint: '',
      evidence: [],
      durationMs: 5,
    },
  ],
  policy: [],
  notices: [],
  buildLog: [],
  timings: { total: 5 },
  engine: 'fake 1',
});
