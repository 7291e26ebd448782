import { createHmac } from 'node:crypto';
import { forgeEvent, type ForgeEvent, type ForgeKind } from '../core/forge-push.ts';
import { parseJson } from '../core/json.ts';
import { Refusal } from '../core/refusal.ts';
import type { Clock } from './ports/clock.ts';
import type { ForgeRecord, Forges, NewDelivery, SecretBox } from './ports/forges.ts';
import { openForgeSecret } from './forge-secrets.ts';
import { isSameSecret } from './is-same-secret.ts';

interface Deps {
  readonly forges: Forges;
  readonly secrets: SecretBox | null;
  readonly clock: Clock;
}

export interface Webhook {
  readonly kind: ForgeKind;
  /** The forge that the address names, if it does. */
  readonly forgeId: string | null;
  readonly header: (name: string) => string | undefined;
  /** As it came: that is what was signed. */
  readonly body: Uint8Array;
}

const HEADERS = {
  github: { event: 'x-github-event', delivery: ['x-github-delivery'] },
  gitlab: { event: 'x-gitlab-event', delivery: ['x-gitlab-event-uuid', 'idempotency-key', 'webhook-id'] },
  gitea: { event: 'x-gitea-event', delivery: ['x-gitea-delivery'] },
} as const satisfies Record<ForgeKind, { event: string; delivery: readonly string[] }>;

const ID = /^[\x21-\x7e]{1,100}$/;

/**
 * Takes a delivery: proves where it comes from, and puts what it says aside to be worked on. True when there is work
 * to do.
 * @throws Refusal `unauthenticated` without a signature that holds, `conflict` for one that was taken before
 */
export async function receiveWebhook(deps: Deps, hook: Webhook): Promise<boolean> {
  const forge = await signer(deps, hook);
  if (forge === null) {
    throw new Refusal('unauthenticated', 'No forge that is set up here signed this delivery.', {
      rule: 'webhook.signature',
      wayOut: 'Enter the webhook’s secret as it was shown when the forge was set up.',
    });
  }
  const { event, delivery } = HEADERS[hook.kind];
  const name = hook.header(event) ?? '';
  const id = delivery.map((header) => hook.header(header)).find((value) => value !== undefined);
  if (id === undefined || !ID.test(id) || name === '')
    throw unreadable('the delivery has no id, or no event');
  const read = forgeEvent(hook.kind, name, parseJson(Buffer.from(hook.body).toString('utf8')));
  if (read === null) throw unreadable('its body isn’t what the forge documents');
  const judged = await judge(deps, forge, read);
  const taken = await deps.forges.addDelivery({
    ...judged,
    forgeId: forge.id,
    deliveryId: id,
    event: name.slice(0, 100),
    repository: read.repository,
    receivedAt: deps.clock.now(),
  });
  if (!taken) {
    throw new Refusal('conflict', 'A delivery of this id was taken before.', { rule: 'webhook.replay' });
  }
  return judged.state === 'waiting';
}

type Judged = Pick<NewDelivery, 'repositoryId' | 'commit' | 'state' | 'note'>;

async function judge(deps: Deps, forge: ForgeRecord, event: ForgeEvent): Promise<Judged> {
  const ignored = (note: string): Judged => ({ repositoryId: null, commit: null, state: 'ignored', note });
  switch (event.type) {
    case 'test':
      return { ...ignored('A test delivery: the webhook is set up as it should be.'), state: 'done' };
    case 'ignored':
      return ignored(event.reason);
    case 'push': {
      if (event.branch !== forge.branch) return ignored(`Only pushes to ${forge.branch} are graded.`);
      const repositoryId = await deps.forges.repositoryNamed(forge.id, event.repository);
      if (repositoryId === null) return ignored('The repository is nobody’s: map it to a learner.');
      return { repositoryId, commit: event.commit, state: 'waiting', note: '' };
    }
  }
}

async function signer(deps: Deps, hook: Webhook): Promise<ForgeRecord | null> {
  const { secrets } = deps;
  if (secrets === null) return null;
  const forges = await deps.forges.ofKind(hook.kind, hook.forgeId);
  return forges.find((forge) => isSigned(hook, openForgeSecret(secrets, forge))) ?? null;
}

function isSigned(hook: Webhook, secret: string): boolean {
  if (hook.kind === 'gitlab') return isSameSecret(hook.header('x-gitlab-token') ?? '', secret);
  const shown =
    hook.kind === 'github'
      ? (hook.header('x-hub-signature-256') ?? '')
      : `sha256=${hook.header('x-gitea-signature') ?? hook.header('x-forgejo-signature') ?? ''}`;
  return isSameSecret(shown, `sha256=${createHmac('sha256', secret).update(hook.body).digest('hex')}`);
}

function unreadable(why: string): Refusal {
  return new Refusal('request-invalid', `The delivery isn’t taken: ${why}.`, {
    rule: 'webhook.body',
    wayOut: 'Let the forge send `application/json`.',
  });
}
