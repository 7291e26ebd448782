import type { Logger } from 'pino';
import type { FailedTelling } from './app/tell-again.ts';

/** Writes down what others could not be told of. */
export function logFailedTelling(log: Logger, signal: AbortSignal): (failed: FailedTelling) => void {
  return ({ error, givenUp, ...told }) => {
    if (signal.aborted) return;
    if (givenUp) log.error({ err: error, ...told }, 'given up: nobody took what they were to be told');
    else log.warn({ err: error, ...told }, 'could not be told; tried again later');
  };
}
