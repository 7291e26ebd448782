/** Times of one thing done several times, in milliseconds. */
export interface Times {
  readonly median: number;
  /** Half of the runs lie between these. */
  readonly low: number;
  readonly high: number;
}

/** One row of the table: a ratio or a rate with what it is held against. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** How it is written, for example `1.12 ×` or `2.4 a second`. */
  readonly text: string;
  readonly detail: string;
  readonly target?: { readonly text: string; readonly met: boolean };
}

/** Does `work` once to warm up and then `rounds` times. */
export async function timesOf(rounds: number, work: () => Promise<unknown>): Promise<Times> {
  await work();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return spreadOf(times);
}

/** Alternates two things, so that what the machine does besides meets both alike. */
export async function sideBySide(
  rounds: number,
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
): Promise<readonly [Times, Times]> {
  await first();
  await second();
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const [index, work] of [first, second].entries()) {
      const began = performance.now();
      await work();
      times[index === 0 ? 0 : 1].push(performance.now() - began);
    }
  }
  return [spreadOf(times[0]), spreadOf(times[1])];
}

export function spreadOf(times: readonly number[]): Times {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** `0.84 s (0.80–0.91)`. */
export function secondsText({ median, low, high }: Times): string {
  return `${(median / 1000).toFixed(2)} s (${(low / 1000).toFixed(2)}–${(high / 1000).toFixed(2)})`;
}

/** A ratio that must not exceed `most`. */
export function ratioFigure(name: string, value: number, detail: string, most?: number): Figure {
  return {
    name,
    value,
    text: `${value.toFixed(2)} ×`,
    detail,
    ...(most !== undefined && { target: { text: `≤ ${most} ×`, met: value <= most } }),
  };
}
