import type { Logger } from 'pino';
import { every } from './app/every.ts';
import { finishPushes } from './app/finish-pushes.ts';
import type { GitRemote } from './app/ports/git-remote.ts';
import type { Service } from './http/service.ts';

const FINISH_EVERY_MS = 10_000;
const TIDY_EVERY_MS = 600_000;

/**
 * Looks after the service's own remote, from now on until disposed: submits what a crash left unsubmitted, and tidies
 * repositories.
 */
export function startPushWork(service: Service, remote: GitRemote, log: Logger): AsyncDisposable {
  const stopping = new AbortController();
  const { signal } = stopping;
  async function finish(): Promise<void> {
    try {
      const submitted = await finishPushes({ ...service, remote }, signal);
      if (submitted > 0) log.info({ submitted }, 'pushes that were not submitted are submitted now');
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'pushes could not be finished');
    }
  }
  async function tidy(): Promise<void> {
    try {
      const repositories = await remote.tidy(signal);
      if (repositories > 0) log.info({ repositories }, 'repositories were tidied');
    } catch (error) {
      log.warn({ err: error }, 'repositories could not be tidied');
    }
  }
  const finishing = finish().then(() => every(FINISH_EVERY_MS, signal, finish));
  const tidying = every(TIDY_EVERY_MS, signal, tidy);
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('the server is ending'));
      await Promise.all([finishing, tidying]);
    },
  };
}
