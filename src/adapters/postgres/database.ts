import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { Prisma, PrismaClient } from '../../generated/prisma/client.ts';

export type Transaction = Prisma.TransactionClient;

export interface DatabaseOptions {
  readonly url: string;
  readonly connections: number;
}

/** The query builder, and the pool under it for what is asked by hand (`statements.ts`): the two share its connections. */
export class Database extends PrismaClient {
  readonly pool: pg.Pool;

  constructor(pool: pg.Pool) {
    super({ adapter: new PrismaPg(pool, { disposeExternalPool: true }) });
    this.pool = pool;
  }
}

/** Opens a pool; nothing connects before the first query. Close with `$disconnect`. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections,
    // Statements are sent as they are asked for: a transaction takes fewer turns than it has statements.
    pipeline: true,
    // What is asked by lists is planned for long ones: Postgres would compile it for a tenth of a second, to run it for
    // a thousandth.
    options: '-c jit=off',
    connectionTimeoutMillis: 5_000,
    // No statement of the service takes longer; a lock that isn't given must not hold a request for ever.
    statement_timeout: 15_000,
    lock_timeout: 10_000,
    idle_in_transaction_session_timeout: 20_000,
  });
  // That a connection was lost is told by the next statement that fails, idle or taken: without a listener the process
  // would end of it.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Database(pool);
}

/** Runs `body` in one transaction; a conflict with another is tried again, twice. */
export async function inTransaction<T>(db: Database, body: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.$transaction(body, { maxWait: 5_000, timeout: 15_000 });
    } catch (error) {
      const conflict = error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2034';
      if (!conflict || tries === 3) throw error;
    }
  }
}

export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
