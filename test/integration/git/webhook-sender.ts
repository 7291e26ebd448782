import { createHmac, randomUUID } from 'node:crypto';
import type { ForgeKind } from '../../../src/core/forge-push.ts';

export interface Sent {
  readonly status: number;
  readonly text: string;
}

export interface Delivery {
  readonly kind: ForgeKind;
  readonly url: string;
  readonly secret: string;
  readonly repository: string;
  readonly ref?: string;
  readonly commit: string;
  readonly event?: string;
  readonly id?: string;
  /** Changes headers and body after they were signed. */
  readonly tamper?: (headers: Record<string, string>, body: string) => string;
}

const PUSH_EVENT = { github: 'push', gitlab: 'Push Hook', gitea: 'push' } as const;

/** Sends a webhook as the forge documents it. */
export async function sendWebhook(delivery: Delivery): Promise<Sent> {
  const { kind, repository, commit, secret } = delivery;
  const ref = delivery.ref ?? 'refs/heads/main';
  const id = delivery.id ?? randomUUID();
  const event = delivery.event ?? PUSH_EVENT[kind];
  const signed =
    kind === 'gitlab'
      ? {
          object_kind: 'push',
          ref,
          before: '0'.repeat(40),
          after: commit,
          project: { path_with_namespace: repository },
        }
      : { ref, before: '0'.repeat(40), after: commit, repository: { full_name: repository } };
  const body = JSON.stringify(signed);
  const hmac = createHmac('sha256', secret).update(body).digest('hex');
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ...{
      github: { 'x-github-event': event, 'x-github-delivery': id, 'x-hub-signature-256': `sha256=${hmac}` },
      gitlab: { 'x-gitlab-event': event, 'x-gitlab-event-uuid': id, 'x-gitlab-token': secret },
      gitea: { 'x-gitea-event': event, 'x-gitea-delivery': id, 'x-gitea-signature': hmac },
    }[kind],
  };
  const sent = delivery.tamper?.(headers, body) ?? body;
  const response = await fetch(delivery.url, {
    method: 'POST',
    headers,
    body: sent,
    signal: AbortSignal.timeout(10_000),
  });
  return { status: response.status, text: await response.text() };
}
