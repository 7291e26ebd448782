import type { SignInAttempts } from '../../app/ports/institution.ts';
import type { Database } from './database.ts';

export function signInAttemptStore(db: Database): SignInAttempts {
  return {
    async begin({ hash, returnTo, expiresAt }, now) {
      // Most are finished and so are gone; those that were given up go here.
      await db.signInAttempt.deleteMany({ where: { expiresAt: { lte: now } } });
      await db.signInAttempt.create({ data: { hash, returnTo, expiresAt } });
    },
    async take(hash, now) {
      const [row] = await db.$queryRaw<
        { return_to: string }[]
      >`DELETE FROM sign_in_attempt WHERE hash = ${hash} AND expires_at > ${now} RETURNING return_to`;
      return row === undefined ? null : { returnTo: row.return_to };
    },
  };
}
