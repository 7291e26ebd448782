import { fileURLToPath } from 'node:url';
import type { Database } from './adapters/postgres/database.ts';
import { pendingMigrations } from './adapters/postgres/pending-migrations.ts';
import type { RunQueue } from './app/ports/run-queue.ts';

const MIGRATIONS = fileURLToPath(new URL('../prisma/migrations', import.meta.url));
const LIMIT_MS = 5_000;

/** How the two stores are, each in a word. */
export interface StoresReadiness {
  readonly postgres: 'up' | 'down';
  /** `pending`: the database is older than this version of the service. */
  readonly migrations: 'applied' | 'pending' | 'unknown';
  readonly redis: 'up' | 'down';
  readonly [part: string]: string;
}

/** Asks both stores, in five seconds at most. */
export async function readinessOfStores(db: Database, queue: RunQueue): Promise<StoresReadiness> {
  const [migrations, isUp] = await Promise.all([stateOfMigrations(db), queue.isUp()]);
  return {
    postgres: migrations === 'unknown' ? 'down' : 'up',
    migrations,
    redis: isUp ? 'up' : 'down',
  };
}

async function stateOfMigrations(db: Database): Promise<StoresReadiness['migrations']> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'unknown'>((resolve) => {
    timer = setTimeout(resolve, LIMIT_MS, 'unknown');
  });
  const asked = pendingMigrations(db, MIGRATIONS).then(
    (pending) => (pending.length === 0 ? ('applied' as const) : ('pending' as const)),
    // A database without a ledger is one that no migration was ever applied to.
    (error: unknown) =>
      String(error).includes('_prisma_migrations') ? ('pending' as const) : ('unknown' as const),
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}
