import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { applyMigrations } from '../../../src/adapters/postgres/migrate.ts';
import { freePort } from '../../../src/machine/programs.ts';
import { PROJECT } from '../../steps/project.ts';

const MIGRATIONS = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));
const READY_MS = 120_000;

export const COURSE = 'load';

/** The service as it is deployed, a process each, over a database of its own. */
export interface ServiceUnderLoad extends AsyncDisposable {
  readonly url: string;
  readonly redis: { readonly url: string; readonly prefix: string };
  readonly databaseUrl: string;
  /** Asks the database past the service. */
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Starts the API anew, with nothing of what it had kept in memory. */
  restartApi(): Promise<void>;
  apiProcess(): number;
  /** Tokens of so many new learners of the course, and of an instructor. */
  people(learners: number): Promise<{ readonly learners: readonly string[]; readonly instructor: string }>;
}

/** `environment` is laid over the API's own. @throws Error when Postgres or Redis can't be reached, or a process does not come up. */
export async function startService(
  databaseServer: string,
  redisUrl: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<ServiceUnderLoad> {
  const name = `labgrader_bench_${randomBytes(4).toString('hex')}`;
  const databaseUrl = urlOf(databaseServer, name);
  await applyMigrations(databaseUrl, MIGRATIONS);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  pool.on('error', () => undefined);
  const redis = { url: redisUrl, prefix: name.replaceAll('_', '-') };
  const gitFolder = await mkdtemp(join(tmpdir(), 'labgrader-bench-git-'));
  const port = await freePort();
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
    PORT: String(port),
    HOST: '127.0.0.1',
    LOG_LEVEL: 'fatal',
    NODE_ENV: 'production',
    SECRETS_KEY: randomBytes(32).toString('hex'),
    GIT_FOLDER: gitFolder,
    ...environment,
  };
  const url = `http://127.0.0.1:${port}`;
  const startApi = async (): Promise<ChildProcess> => {
    const child = start('src/server.ts', env);
    await until('the API', child, async () => (await fetch(`${url}/readyz`)).ok);
    return child;
  };
  let api = await startApi();
  const sql = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
    (await pool.query<Record<string, unknown>>(text, values)).rows;
  return {
    url,
    redis,
    databaseUrl,
    sql,
    apiProcess: () => api.pid ?? 0,
    async restartApi() {
      await end(api);
      api = await startApi();
    },
    people: (learners) => peopleOf(sql, learners),
    async [Symbol.asyncDispose]() {
      await end(api);
      await pool.end();
      const server = new pg.Client({ connectionString: urlOf(databaseServer, 'postgres') });
      await server.connect();
      await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await server.end();
      await rm(gitFolder, { recursive: true, force: true });
    },
  };
}

/** Resident memory of a process, in MiB. */
export async function residentMiB(processId: number): Promise<number> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}

async function peopleOf(
  sql: ServiceUnderLoad['sql'],
  learners: number,
): Promise<{ learners: readonly string[]; instructor: string }> {
  const secrets = Array.from({ length: learners + 1 }, () => `lgt_${randomBytes(24).toString('base64url')}`);
  const hashes = secrets.map((secret) => createHash('sha256').update(secret).digest('hex'));
  await sql(`INSERT INTO course (id, title, time_zone) VALUES ($1, 'Load', 'UTC') ON CONFLICT DO NOTHING`, [
    COURSE,
  ]);
  await sql(
    `INSERT INTO assignment (id, course_id, slug, title, scenario, position, late_policy)
     SELECT gen_random_uuid(), $1, CASE number WHEN 1 THEN lab ELSE lab || '-' || number END, lab, lab, number, '{"kind":"none"}'
     FROM unnest($2::text[]) lab, generate_series(1, CASE lab WHEN 'port-bind' THEN 8 ELSE 1 END) number
     ON CONFLICT DO NOTHING`,
    [COURSE, ['port-bind', 'dns', 'exit-immediately']],
  );
  await sql(
    `WITH added AS (
       INSERT INTO person (id, email, name)
       SELECT gen_random_uuid(), substr(hash, 1, 20) || '@load.example', 'Learner ' || number
       FROM unnest($1::text[]) WITH ORDINALITY item(hash, number) RETURNING id, email
     ), enrolled AS (
       INSERT INTO enrolment (course_id, person_id, role)
       SELECT $2, id, CASE WHEN email = $3 THEN 'instructor' ELSE 'learner' END::course_role FROM added
     )
     INSERT INTO token (id, hash, kind, person_id, label, scopes, expires_at)
     SELECT gen_random_uuid(), hash, 'api', added.id, 'load', '{read,submit,teach}', now() + interval '1 day'
     FROM unnest($1::text[]) hash JOIN added ON added.email = substr(hash, 1, 20) || '@load.example'`,
    [hashes, COURSE, `${hashes.at(-1)?.slice(0, 20) ?? ''}@load.example`],
  );
  return { learners: secrets.slice(0, -1), instructor: secrets.at(-1) ?? '' };
}

/** Starts a program of the project as a process of its own; what it says goes to standard error. */
export function start(file: string, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', file], { cwd: PROJECT, env, stdio: ['ignore', 2, 2] });
}

/** Asks a process to end, and makes it after half a minute. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await ended;
  clearTimeout(kill);
}

/** @throws Error where it ends or isn't ready in time. */
export async function until(
  what: string,
  child: ChildProcess,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`${what} ended with ${child.exitCode}`);
    if (performance.now() > deadline) throw new Error(`${what} was not ready within ${READY_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.toString();
}
