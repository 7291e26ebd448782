import type { Logger } from 'pino';
import { every } from './app/every.ts';
import { type RemovalDeps, finishRemovals } from './app/remove-person.ts';

const EVERY_MS = 60_000;

/** Goes on with removals of people's data that were begun and not ended: at once and each minute, until disposed. */
export function startRemovals(deps: RemovalDeps, log: Logger): AsyncDisposable {
  const stopping = new AbortController();
  const { signal } = stopping;
  async function finish(): Promise<void> {
    try {
      const removals = await finishRemovals(deps, signal);
      if (removals > 0) log.info({ removals }, 'went through removals of people’s data');
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'a removal of a person’s data could not be ended yet');
    }
  }
  const ended = finish().then(() => every(EVERY_MS, signal, finish));
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort(new Error('the server is ending'));
      await ended;
    },
  };
}
