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

/** What keeps a process from its work, in a sentence for who operates it; null where nothing does. */
export function reasonOf({ postgres, migrations, redis }: StoresReadiness): string | null {
  if (postgres === 'down') {
    return `Postgres gave no answer within ${LIMIT_MS / 1000} s: nothing is read or taken in until it does.`;
  }
  if (migrations === 'pending') {
    return 'The database is older than this version: nothing is served until the service "migrate" has brought it up to date.';
  }
  return redis === 'up'
    ? null
    : 'Redis gave no answer: submissions are taken in and wait, and are graded once it is back.';
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
