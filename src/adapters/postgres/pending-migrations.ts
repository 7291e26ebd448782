import { readdir } from 'node:fs/promises';
import type { Database } from './database.ts';

/** Names of the migrations of `folder` that the database lacks. Those that it has beyond them are a later version's. */
export async function pendingMigrations(db: Database, folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const rows = await db.$queryRaw<{ migration_name: string }[]>`
    SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`;
  const applied = new Set(rows.map((row) => row.migration_name));
  return entries.flatMap((entry) => (entry.isDirectory() && !applied.has(entry.name) ? [entry.name] : []));
}
