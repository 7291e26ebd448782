import { Prisma } from '../../generated/prisma/client.ts';

/** No connection or no start of a transaction in time; too many clients; out of reach. */
const BUILDER_CODES = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037'];
/** What Postgres itself says: too many clients, starting or ending, a lock or a statement that took too long. */
const SERVER_CODES = ['53300', '57P01', '57P03', '55P03', '57014', '40P01', '40001'];
/** What the system says where nobody listens, or who did is gone. */
const SYSTEM_CODES = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'];
const CODES = new Set([...BUILDER_CODES, ...SERVER_CODES, ...SYSTEM_CODES]);
const LOST = /timeout exceeded when trying to connect|Connection terminated|is not queryable/;

/** Whether an error says only that the database is too busy or away, for now: the same may be asked again in a moment. */
export function isDatabaseBusy(error: unknown): boolean {
  for (let depth = 0, at: unknown = error; depth < 5 && at instanceof Error; depth += 1, at = at.cause) {
    if (at instanceof Prisma.PrismaClientInitializationError) return true;
    if (LOST.test(at.message)) return true;
    if ('code' in at && typeof at.code === 'string' && CODES.has(at.code)) return true;
    if ('code' in at && at.code === 'P2010' && SERVER_CODES.some((code) => at.message.includes(code)))
      return true;
  }
  return false;
}
