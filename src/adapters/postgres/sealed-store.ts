import { repositoryCredentialPurpose, sshKeyPurpose } from '../../app/forge-access.ts';
import { credentialPurpose, webhookPurpose } from '../../app/forge-secrets.ts';
import { ltiKeyPurpose } from '../../app/lti-keys.ts';
import type { SealedSecret, SealedSecrets } from '../../app/ports/sealed-secrets.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Database } from './database.ts';

const FORGE = {
  id: true,
  secret: true,
  credential: true,
  sshKey: true,
  repositories: {
    where: { OR: [{ credential: { not: null } }, { sshKey: { not: null } }] },
    select: { id: true, name: true, credential: true, sshKey: true },
  },
} satisfies Prisma.ForgeSelect;

export function sealedStore(db: Database): SealedSecrets {
  return {
    async after(after, limit) {
      const forges = await db.forge.findMany({
        ...(after !== null && { where: { id: { gt: after } } }),
        select: FORGE,
        orderBy: { id: 'asc' },
        take: limit,
      });
      const own = after === null ? await keysForPlatforms(db) : [];
      const ofForges = forges.flatMap(({ id, secret, credential, sshKey, repositories }) => [
        ...repositories.flatMap((repository) => [
          ...sealedAt(
            'repository.credential',
            repository.id,
            repositoryCredentialPurpose(id, repository.name),
            repository.credential,
          ),
          ...sealedAt(
            'repository.ssh-key',
            repository.id,
            sshKeyPurpose(id, repository.name),
            repository.sshKey,
          ),
        ]),
        ...sealedAt('forge.credential', id, credentialPurpose(id), credential),
        ...sealedAt('forge.ssh-key', id, sshKeyPurpose(id, null), sshKey),
        // Last, because every forge has one: by its id the next ones are asked for.
        ...sealedAt('forge.secret', id, webhookPurpose(id), secret),
      ]);
      return [...own, ...ofForges];
    },
    async replace({ place, id, sealed: known }, sealed) {
      return (await update(db, place, id, known, sealed)).count > 0;
    },
  };
}

async function keysForPlatforms(db: Database): Promise<SealedSecret[]> {
  const keys = await db.ltiKey.findMany({ select: { id: true, sealed: true } });
  return keys.flatMap(({ id, sealed }) => sealedAt('lti.key', id, ltiKeyPurpose(id), sealed));
}

function sealedAt(
  place: SealedSecret['place'],
  id: string,
  purpose: string,
  sealed: string | null,
): SealedSecret[] {
  return sealed === null ? [] : [{ place, id, purpose, sealed }];
}

function update(db: Database, place: SealedSecret['place'], id: string, known: string, sealed: string) {
  switch (place) {
    case 'lti.key':
      return db.ltiKey.updateMany({ where: { id, sealed: known }, data: { sealed } });
    case 'forge.secret':
      return db.forge.updateMany({ where: { id, secret: known }, data: { secret: sealed } });
    case 'forge.credential':
      return db.forge.updateMany({ where: { id, credential: known }, data: { credential: sealed } });
    case 'forge.ssh-key':
      return db.forge.updateMany({ where: { id, sshKey: known }, data: { sshKey: sealed } });
    case 'repository.credential':
      return db.forgeRepository.updateMany({
        where: { id, credential: known },
        data: { credential: sealed },
      });
    case 'repository.ssh-key':
      return db.forgeRepository.updateMany({ where: { id, sshKey: known }, data: { sshKey: sealed } });
  }
}
