import { fileURLToPath } from 'node:url';
import { applyMigrations } from './adapters/postgres/migrate.ts';

/** Brings the database of DATABASE_URL up to date; makes it where it is missing. */
const url = process.env['DATABASE_URL'];
if (url === undefined) throw new Error('DATABASE_URL names no database');
const applied = await applyMigrations(url, fileURLToPath(new URL('../prisma/migrations', import.meta.url)));
process.stdout.write(
  applied.length === 0 ? 'The database is up to date.\n' : `Applied ${applied.join(', ')}.\n`,
);
