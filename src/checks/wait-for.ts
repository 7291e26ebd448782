import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Looks again and again until `isEnough` or the time is over; returns what was seen last. It looks at least once,
 * and each look has to bound itself.
 */
export async function waitFor<Seen>(
  look: () => Promise<Seen>,
  isEnough: (seen: Seen) => boolean,
  { withinMs, everyMs }: { readonly withinMs: number; readonly everyMs: number },
  signal: AbortSignal,
): Promise<Seen> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (isEnough(seen) || Date.now() + everyMs > deadline) return seen;
    await sleep(everyMs, undefined, { signal });
  }
}
