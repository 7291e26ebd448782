import type { Logger } from 'pino';
import { type DropDeps, dropExpired } from './app/drop-expired.ts';
import { every } from './app/every.ts';
import type { RetentionPolicy } from './core/retention.ts';

const EVERY_MS = 3_600_000;

/** Removes what the policy keeps no longer: soon after the start and each hour, until disposed. */
export function startHousekeeping(
  policy: RetentionPolicy,
  deps: DropDeps,
  log: Logger,
  everyMs = EVERY_MS,
): AsyncDisposable {
  const stopping = new AbortController();
  const keepsAll = Object.values(policy).every((days) => days === null);
  const ended = keepsAll ? Promise.resolve() : tidy().then(() => every(everyMs, stopping.signal, tidy));

  async function tidy(): Promise<void> {
    try {
      const dropped = await dropExpired(deps, policy, stopping.signal);
      if (Object.values(dropped).some((count) => count > 0)) {
        log.info(dropped, 'removed what the policy keeps no longer');
      }
    } catch (error) {
      log.warn({ err: error }, 'what the policy keeps no longer could not be removed');
    }
  }

  return {
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('the server is ending'));
      await ended;
    },
  };
}
