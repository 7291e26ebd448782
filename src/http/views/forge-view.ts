import type { DeliveryRecord, ForgeRecord, RepositoryRecord } from '../../app/ports/forges.ts';
import type { Untold } from '../../app/ports/outbox.ts';
import type { Delivery, Forge, ForgeRepository } from '../schemas/forge.ts';
import type { Service } from '../service.ts';
import { untoldView } from './untold-view.ts';

/** A forge without anything that is secret. */
export function forgeView(
  service: Service,
  forge: ForgeRecord,
  repositories: number,
  untold?: Untold,
): Forge {
  const { id, kind, baseUrl, branch, credential, ssh } = forge;
  return {
    id,
    kind,
    baseUrl,
    branch,
    hasCredential: credential !== null,
    ssh: ssh === null ? null : { url: ssh.url, hostKeys: [...ssh.hostKeys], hasKey: ssh.key !== null },
    webhookUrl: `${service.publicUrl}${webhookPath(forge)}`,
    repositories,
    untold: untoldView(untold),
    createdAt: forge.createdAt.toISOString(),
  };
}

/** Where a forge sends its webhooks to. */
export function webhookPath({ kind, id }: Pick<ForgeRecord, 'kind' | 'id'>): string {
  return `/api/v1/webhooks/${kind}?forge=${id}`;
}

export function repositoryView(item: RepositoryRecord): ForgeRepository {
  return {
    id: item.id,
    name: item.name,
    person: { id: item.personId, name: item.personName },
    folders: { ...item.folders },
    hasCredential: item.credential !== null,
    hasSshKey: item.sshKey !== null,
  };
}

export function deliveryView(item: DeliveryRecord): Delivery {
  return {
    id: item.deliveryId,
    event: item.event,
    repository: item.repository,
    commit: item.commit,
    state: item.state,
    note: item.note,
    receivedAt: item.receivedAt.toISOString(),
    tries: item.tries,
  };
}
