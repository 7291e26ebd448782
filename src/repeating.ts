import type { Logger } from 'pino';
import { every } from './app/every.ts';

const LOOK_EVERY_MS = 1_000;

/** Does `body` again at once while it finds something to do, and every second otherwise, or when woken. */
export function repeating(
  log: Logger,
  signal: AbortSignal,
  body: (signal: AbortSignal) => Promise<boolean>,
): { readonly wake: () => void; readonly ended: Promise<void> } {
  let running: Promise<void> | null = null;
  let again = false;
  async function drain(): Promise<void> {
    do {
      again = false;
      while (!signal.aborted && (await body(signal)));
    } while (isAgain());
  }
  // A function, because the compiler takes the first answer for the last.
  function isAgain(): boolean {
    return again;
  }
  function start(): Promise<void> {
    again = true;
    running ??= drain()
      .catch(brokeOff(log, signal))
      .finally(() => {
        running = null;
      });
    return running;
  }
  const ended = every(LOOK_EVERY_MS, signal, start).then(() => running ?? undefined);
  return { wake: () => void start(), ended };
}

/** Logs what ended a piece of work that is tried again anyway; nothing once `signal` tells that all ends. */
export function brokeOff(log: Logger, signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) log.warn({ err: error }, 'work for others broke off');
  };
}
