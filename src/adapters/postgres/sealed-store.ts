import type { SealedSecret, SealedSecrets } from '../../app/ports/sealed-secrets.ts';
import { credentialPurpose, webhookPurpose } from '../../app/forge-secrets.ts';
import type { Database } from './database.ts';

export function sealedStore(db: Database): SealedSecrets {
  return {
    async after(after, limit) {
      const forges = await db.forge.findMany({
        ...(after !== null && { where: { id: { gt: after } } }),
        select: { id: true, secret: true, credential: true },
        orderBy: { id: 'asc' },
        take: limit,
      });
      return forges.flatMap(({ id, secret, credential }): SealedSecret[] => [
        { place: 'forge.secret', id, purpose: webhookPurpose(id), sealed: secret },
        ...(credential === null
          ? []
          : [{ place: 'forge.credential' as const, id, purpose: credentialPurpose(id), sealed: credential }]),
      ]);
    },
    async replace({ place, id, sealed: known }, sealed) {
      const { count } =
        place === 'forge.secret'
          ? await db.forge.updateMany({ where: { id, secret: known }, data: { secret: sealed } })
          : await db.forge.updateMany({ where: { id, credential: known }, data: { credential: sealed } });
      return count > 0;
    },
  };
}
