import { randomBytes } from 'node:crypto';
import { access, chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import type { ServiceRecipe } from '../guarded-service.ts';
import { freePort } from '../programs.ts';
import { runCommand } from '../run-command.ts';
import { SetupProblem } from '../setup-problem.ts';
import { withDeathSignal } from './death-signal.ts';

const ROLE = 'labgrader';
const INIT_TIMEOUT_MS = 60_000;

export interface PostgresOptions {
  /** Folder of `initdb` and `postgres`. */
  readonly programs: string;
  readonly folder: string;
  /** Whether data must outlive a power cut; tests are quicker without. */
  readonly durable: boolean;
  /** System user that runs the server, since PostgreSQL refuses to run as root; null for this process's own. */
  readonly user: { readonly name: string; readonly uid: number; readonly gid: number } | null;
}

/** A PostgreSQL of our own below `folder`, on a free port of the loopback interface, with a password. */
export function privatePostgres(options: PostgresOptions): ServiceRecipe {
  const { folder, programs, user } = options;
  const data = join(folder, 'data');
  return {
    name: 'PostgreSQL',
    folder,
    stop: 'INT',
    graceSeconds: 10,
    readyTimeoutMs: 60_000,
    async prepare(signal) {
      await mkdir(data, { recursive: true });
      await checkReachable(folder, user?.uid ?? null);
      const password = await initialise(options, data, signal);
      // Whoever wrote it is dead: the guard's lock says so. Its number may be another process's by now.
      await rm(join(data, 'postmaster.pid'), { force: true });
      const port = await freePort();
      const settings = [
        'listen_addresses=127.0.0.1',
        'unix_socket_directories=',
        'max_connections=200',
        ...(options.durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
      ];
      const command = [
        join(programs, 'postgres'),
        '-D',
        data,
        '-p',
        String(port),
        ...settings.flatMap((each) => ['-c', each]),
      ];
      return {
        command: await withDeathSignal('INT', command, user?.name),
        url: `postgresql://${ROLE}:${password}@127.0.0.1:${port}/labgrader`,
      };
    },
    answers: async (url) => ensureDatabase(url),
  };
}

async function initialise(options: PostgresOptions, data: string, signal: AbortSignal): Promise<string> {
  const { folder, programs, user } = options;
  const passwordFile = join(folder, 'password');
  const done = await access(join(data, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  if (done) return (await readFile(passwordFile, 'utf8')).trim();
  // What an interrupted initdb left would make the next one refuse.
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { mode: 0o700 });
  const password = randomBytes(18).toString('base64url');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await chmod(passwordFile, 0o600);
  if (user) for (const path of [data, passwordFile]) await chown(path, user.uid, user.gid);
  const identity = user ? { uid: user.uid, gid: user.gid } : {};
  const where = ['-D', data, '-U', ROLE, '--pwfile', passwordFile];
  const how = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  const locale = process.platform === 'darwin' ? how.filter((each) => !each.startsWith('--locale')) : how;
  await runCommand(
    join(programs, 'initdb'),
    [...where, ...locale],
    { timeoutMs: INIT_TIMEOUT_MS, cwd: folder, ...identity },
    signal,
  );
  return password;
}

/** PostgreSQL's user must be able to walk to its data: a home folder of root's would be in the way. */
async function checkReachable(folder: string, uid: number | null): Promise<void> {
  if (uid === null) return;
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    const { mode, uid: owner } = await stat(path);
    if ((mode & 0o001) === 0 && owner !== uid) {
      throw new SetupProblem(
        `PostgreSQL runs as another user than root, and ${path} lets nobody else through. ` +
          `Run \`chmod o+x ${path}\`, or move this project to a folder that others may enter, or set DATABASE_URL.`,
      );
    }
  }
}

/** Whether the server answers; makes the database of the address when it isn't there yet. */
async function ensureDatabase(url: string): Promise<boolean> {
  const address = new URL(url);
  const name = address.pathname.slice(1);
  address.pathname = '/postgres';
  const client = new pg.Client({
    connectionString: address.href,
    connectionTimeoutMillis: 3000,
    query_timeout: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database "${name}"`);
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether a PostgreSQL lets us in at that address, within three seconds; the database itself may be missing. */
export async function postgresAnswers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000, query_timeout: 3000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    const INVALID_CATALOG_NAME = '3D000';
    return error instanceof Error && 'code' in error && error.code === INVALID_CATALOG_NAME;
  } finally {
    await client.end().catch(() => undefined);
  }
}
