import { repositoryCredentialPurpose, sshKeyPurpose } from '../../app/forge-access.ts';
import { credentialPurpose, webhookPurpose } from '../../app/forge-secrets.ts';
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
      return forges.flatMap(({ id, secret, credential, sshKey, repositories }) => [
        ...repositories.flatMap((own) => [
          ...sealedAt(
            'repository.credential',
            own.id,
            repositoryCredentialPurpose(id, own.name),
            own.credential,
          ),
          ...sealedAt('repository.ssh-key', own.id, sshKeyPurpose(id, own.name), own.sshKey),
        ]),
        ...sealedAt('forge.credential', id, credentialPurpose(id), credential),
        ...sealedAt('forge.ssh-key', id, sshKeyPurpose(id, null), sshKey),
        // Last, because every forge has one: by its id the next ones are asked for.
        ...sealedAt('forge.secret', id, webhookPurpose(id), secret),
      ]);
    },
    async replace({ place, id, sealed: known }, sealed) {
      return (await update(db, place, id, known, sealed)).count > 0;
    },
  };
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
