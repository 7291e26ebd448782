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
  const { id, courseId, baseUrl, branch, secret, credential, sshUrl, sshHostKeys, sshKey, createdAt } = row;
  const ssh = sshUrl === null ? null : { url: sshUrl, hostKeys: sshHostKeys, key: sshKey };
  return {
    id,
    courseId,
    kind: ForgeKind.parse(row.kind),
    baseUrl,
    branch,
    secret,
    credential,
    ssh,
    createdAt,
  };
}

/** Columns of a forge as it is to be. */
export function forgeRow(forge: Omit<ForgeRecord, 'createdAt'>) {
  const { id, courseId, kind, baseUrl, branch, secret, credential, ssh } = forge;
  const sshHostKeys = [...(ssh?.hostKeys ?? [])];
  const more = { sshUrl: ssh?.url ?? null, sshHostKeys, sshKey: ssh?.key ?? null };
  return { id, courseId, kind, baseUrl, branch, secret, credential, ...more };
}

export function repositoryOf(row: RepositoryRow): RepositoryRecord {
  return {
    id: row.id,
    personId: row.personId,
    personName: row.person.name,
    name: row.name,
    folders: Folders.parse(row.folders),
    credential: row.credential,
    sshKey: row.sshKey,
    forge: forgeOf(row.forge),
  };
}

export function deliveryOf(row: ForgeDelivery): DeliveryRecord {
  const state: DeliveryState = State.parse(row.state);
  const { id, forgeId, deliveryId, event, repository, repositoryId, commit, note, receivedAt, tries } = row;
  return { id, forgeId, deliveryId, event, repository, repositoryId, commit, state, note, receivedAt, tries };
}
