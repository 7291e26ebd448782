import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { applyMigrations } from '../../../src/adapters/postgres/migrate.ts';

const MIGRATIONS = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));
const TEMPLATE_LOCK = 4_711_001;

export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
}

/** A database of its own, cloned in a tenth of a second from a template that holds the migrations. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = serverUrl();
  const template = `labgrader_template_${migrationsDigest()}`;
  const name = `labgrader_test_${randomBytes(6).toString('hex')}`;
  await withServer(server, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 0) await applyMigrations(urlOf(server, template), MIGRATIONS);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return {
    url: urlOf(server, name),
    async [Symbol.asyncDispose]() {
      await withServer(server, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      });
    },
  };
}

/** Asks a database by hand, past everything that is under test. */
export async function sql(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text, values);
    return rows;
  } finally {
    await client.end();
  }
}

export function redisUrl(): string {
  return needed('REDIS_URL');
}

export function serverUrl(): string {
  return needed('DATABASE_URL');
}

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: these tests need a real Postgres and a real Redis`);
  return value;
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.toString();
}

async function withServer(server: string, body: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(server, 'postgres') });
  await client.connect();
  try {
    await body(client);
  } finally {
    await client.end();
  }
}

function migrationsDigest(): string {
  const hash = createHash('sha256');
  for (const entry of readdirSync(MIGRATIONS, { withFileTypes: true })) {
    if (entry.isDirectory()) hash.update(readFileSync(`${MIGRATIONS}/${entry.name}/migration.sql`));
  }
  return hash.digest('hex').slice(0, 12);
}
