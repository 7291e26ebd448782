import type { Logger } from 'pino';
import { commitSource } from './adapters/git/fetch-commit.ts';
import { secretBox } from './adapters/git/secret-box.ts';
import { statusClient } from './adapters/git/status-client.ts';
import { DeliveriesInWork } from './app/deliveries-in-work.ts';
import { every } from './app/every.ts';
import type { ForgeReach, SecretBox } from './app/ports/forges.ts';
import type { Outbox } from './app/ports/outbox.ts';
import { type TellForgeDeps, tellForges } from './app/tell-forge.ts';
import { type WebhookWorkDeps, workOnWebhooks } from './app/work-on-webhook.ts';
import type { Config } from './config.ts';
import { GraderFault } from './core/grader-fault.ts';
import type { Service } from './http/service.ts';
import { logFailedTelling } from './log-failed-telling.ts';
import { brokeOff, repeating } from './repeating.ts';

const FETCH_MS = 90_000;
const TIDY_EVERY_MS = 600_000;
const KEEP_DELIVERIES_MS = 30 * 24 * 3_600_000;

export interface GitWork extends AsyncDisposable {
  /** Deliveries are there to be worked on. */
  readonly wake: () => void;
}

export function composeSecrets(config: Config): SecretBox | null {
  const { secretsKey, oldSecretsKeys } = config.git;
  return secretsKey === null ? null : secretBox(secretsKey, oldSecretsKeys);
}

/** `ownUrl` gives where the service itself listens. */
export function composeForgeReach(config: Config, ownUrl: () => string): ForgeReach {
  const { folder, repositoryBytes: fetchBytes, privateHosts } = config.git;
  return {
    commits: commitSource({ folder, fetchBytes, privateHosts, timeMs: FETCH_MS }),
    statuses: statusClient({ privateHosts }),
    async deliverToSelf(path, headers, body, signal) {
      try {
        const answer = await fetch(`${ownUrl()}${path}`, {
          method: 'POST',
          headers: { ...headers },
          body,
          signal,
        });
        await answer.body?.cancel();
        return answer.status;
      } catch (cause) {
        throw new GraderFault('the service can’t reach itself', { cause });
      }
    },
  };
}

/** Works on webhooks that came and tells forges what became of their commits, until disposed. */
export function startGitWork(service: Service, outbox: Outbox, log: Logger): GitWork {
  const { secrets } = service;
  if (secrets === null) return { wake: () => undefined, [Symbol.asyncDispose]: () => Promise.resolve() };
  const stopping = new AbortController();
  const parts = { secrets, publicUrl: service.publicUrl };
  const { commits, statuses } = service.forgeReach;
  const forWebhooks: WebhookWorkDeps = {
    ...service,
    ...parts,
    commits,
    onFailedDelivery({ id, forgeId, repository, tries }, error) {
      if (stopping.signal.aborted) return;
      log.warn(
        { err: error, delivery: id, forge: forgeId, repository, tries },
        'a push could not be fetched',
      );
    },
  };
  const onFailedTelling = logFailedTelling(log, stopping.signal);
  const forForges: TellForgeDeps = { ...service, ...parts, outbox, statuses, onFailedTelling };
  const inWork = new DeliveriesInWork({
    onRoom: () => {
      webhooks.wake();
    },
    onFault: brokeOff(log, stopping.signal),
  });
  const webhooks = repeating(log, stopping.signal, async (signal) => {
    await workOnWebhooks(forWebhooks, inWork, signal);
    return false;
  });
  const telling = repeating(log, stopping.signal, (signal) => tellForges(forForges, signal));
  async function tidy(): Promise<void> {
    const before = new Date(service.clock.now().getTime() - KEEP_DELIVERIES_MS);
    try {
      await commits.clear();
      await service.forges.forgetDeliveries(before);
    } catch (error) {
      log.warn({ err: error }, 'what is no longer needed of forges could not be removed');
    }
  }
  const tidying = tidy().then(() => every(TIDY_EVERY_MS, stopping.signal, tidy));
  return {
    wake: webhooks.wake,
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('the server is ending'));
      await Promise.all([webhooks.ended, telling.ended, tidying]);
      await inWork.ended();
    },
  };
}
