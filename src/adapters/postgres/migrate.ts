import { createHash, randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { GraderFault } from '../../core/grader-fault.ts';

/** Id of the advisory lock that Prisma's own migrate takes: the two never run at once. */
const MIGRATE_LOCK = 72707369;

const LEDGER = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

interface LedgerRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/**
 * Applies `<folder>/<name>/migration.sql` in order of name, each in one transaction, keeping Prisma's own ledger, and
 * returns the names of those applied now. Creates the database where it is missing. Needs no Prisma binary.
 * @throws GraderFault when a migration was edited after it was applied, or one failed.
 */
export async function applyMigrations(url: string, folder: string): Promise<readonly string[]> {
  await createDatabase(url);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATE_LOCK]);
    await client.query(LEDGER);
    const { rows } = await client.query<LedgerRow>(
      'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
    );
    const applied: string[] = [];
    for (const name of await namesIn(folder)) {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8');
      const checksum = createHash('sha256').update(sql).digest('hex');
      const known = rows.find((row) => row.migration_name === name);
      if (known !== undefined) checkKnown(known, checksum);
      else {
        await applyOne(client, name, sql, checksum);
        applied.push(name);
      }
    }
    return applied;
  } finally {
    await client.end();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function checkKnown(row: LedgerRow, checksum: string): void {
  if (row.finished_at === null)
    throw new GraderFault(`migration ${row.migration_name} failed earlier: resolve it first`);
  if (row.checksum !== checksum)
    throw new GraderFault(`migration ${row.migration_name} was edited after it was applied`);
}

async function applyOne(client: pg.Client, name: string, sql: string, checksum: string): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    throw new GraderFault(`migration ${name} failed`, { cause });
  }
}

async function createDatabase(url: string): Promise<void> {
  const address = new URL(url);
  const name = decodeURIComponent(address.pathname.slice(1));
  const probe = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await probe.connect();
    await probe.end();
    return;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === '3D000')) throw error;
  }
  address.pathname = '/postgres';
  const client = new pg.Client({ connectionString: address.toString(), connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    // Another process made it in the meantime.
    if (!(error instanceof pg.DatabaseError && error.code === '42P04')) throw error;
  } finally {
    await client.end();
  }
}
