import type { Logger } from 'pino';
import { type DropDeps, dropExpired } from './app/drop-expired.ts';
import { every } from './app/every.ts';
import { forgetTold } from './app/forget-told.ts';
import type { Outbox } from './app/ports/outbox.ts';
import type { RetentionPolicy } from './core/retention.ts';

const EVERY_MS = 3_600_000;

/** Removes what is kept no longer, by policy or at all: soon after the start and each hour, until disposed. */
export function startHousekeeping(
  policy: RetentionPolicy,
  deps: DropDeps & { readonly outbox: Outbox },
  log: Logger,
  everyMs = EVERY_MS,
): AsyncDisposable {
  const stopping = new AbortController();
  const ended = tidy().then(() => every(everyMs, stopping.signal, tidy));

  async function tidy(): Promise<void> {
    try {
      const dropped = await dropExpired(deps, policy, stopping.signal);
      if (Object.values(dropped).some((count) => count > 0)) {
        log.info(dropped, 'removed what the policy keeps no longer');
      }
      await forgetTold(deps, stopping.signal);
    } catch (error) {
      log.warn({ err: error }, 'what is kept no longer could not be removed');
    }
  }

  return {
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('the server is ending'));
      await ended;
    },
  };
}
