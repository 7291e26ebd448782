import { z } from 'zod';
import type { DeliveryRecord, DeliveryState, ForgeRecord, RepositoryRecord } from '../../app/ports/forges.ts';
import { ForgeKind } from '../../core/forge-push.ts';
import type { Forge, ForgeDelivery, Prisma } from '../../generated/prisma/client.ts';

const Folders = z.record(z.string(), z.string());
const State = z.enum(['waiting', 'done', 'ignored', 'failed']);

export const REPOSITORY = {
  forge: true,
  person: { select: { name: true } },
} as const satisfies Prisma.ForgeRepositoryInclude;

type RepositoryRow = Prisma.ForgeRepositoryGetPayload<{ include: typeof REPOSITORY }>;

export function forgeOf(row: Forge): ForgeRecord {
  return { ...row, kind: ForgeKind.parse(row.kind) };
}

export function repositoryOf(row: RepositoryRow): RepositoryRecord {
  return {
    id: row.id,
    personId: row.personId,
    personName: row.person.name,
    name: row.name,
    folders: Folders.parse(row.folders),
    forge: forgeOf(row.forge),
  };
}

export function deliveryOf(row: ForgeDelivery): DeliveryRecord {
  const state: DeliveryState = State.parse(row.state);
  const { id, forgeId, deliveryId, event, repository, repositoryId, commit, note, receivedAt, tries } = row;
  return { id, forgeId, deliveryId, event, repository, repositoryId, commit, state, note, receivedAt, tries };
}
