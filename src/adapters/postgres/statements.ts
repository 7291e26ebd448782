import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Database, Transaction } from './database.ts';

/**
 * One statement written by hand, with `$1` for its first value. For what every submission and every run asks: there
 * the query builder would take several statements where one does, and ten times the processor's time for each.
 */
export type Ask = (text: string, values: readonly unknown[]) => Promise<readonly unknown[]>;

/** Asks within a transaction of the query builder. */
export function askIn(tx: Transaction): Ask {
  return async (text, values) => tx.$queryRawUnsafe<unknown[]>(text, ...values);
}

/** Asks outside any transaction. */
export function askOf(db: Database): Ask {
  return async (text, values) => (await db.pool.query<Record<string, unknown>>(prepared(text, values))).rows;
}

/**
 * A statement that each connection has planned once: to plan the larger ones anew each time would take longer than to
 * run them. Known to the connection by what it says, so that two texts never share a name.
 */
function prepared(text: string, values: readonly unknown[]) {
  const name = NAMES.get(text) ?? createHash('sha256').update(text).digest('hex').slice(0, 32);
  NAMES.set(text, name);
  return { name, text, values: [...values] };
}

const NAMES = new Map<string, string>();

/**
 * Runs `body` in one transaction of statements by hand; a conflict with another is tried again, twice. They are sent as
 * they are asked for, in their order: nobody has to wait for one to ask the next, and what `body` didn't wait for is
 * waited for together with the end.
 */
export async function inPlainTransaction<T>(db: Database, body: (ask: Ask) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const client = await db.pool.connect();
    let broken = false;
    try {
      const asked: Promise<unknown>[] = [];
      const send = (statement: pg.QueryConfig | string) => {
        const answer = client.query<Record<string, unknown>>(statement);
        // Whoever waits for it hears of what goes wrong, and the end of the transaction at the latest.
        answer.catch(() => undefined);
        asked.push(answer);
        return answer;
      };
      void send('BEGIN');
      const result = await body((text, values) => {
        const rows = send(prepared(text, values)).then((answer) => answer.rows);
        rows.catch(() => undefined);
        return rows;
      });
      void send('COMMIT');
      await Promise.all(asked);
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => {
        broken = true;
      });
      if (!isConflict(error) || tries === 3) throw error;
    } finally {
      client.release(broken);
    }
  }
}

/** A deadlock, or a write that met another's. */
function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40P01' || error.code === '40001');
}
