/** Does it and prints how long it took: nothing is expected of the time, and whoever reads the log sees it. */
export async function took<T>(what: string, body: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await body();
  process.stdout.write(`${what}: ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  return result;
}
