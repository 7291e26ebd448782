/** Asks until the answer is there; gives up with `what` after `timeoutMs`. */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T | undefined | false | null>,
  timeoutMs = 40_000,
  everyMs = 25,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
