/** One assignment of a learner, as far as the total needs it. */
export interface WeighedScore {
  readonly weight: number;
  readonly score: number | null;
  /** Past its closing for this learner: what is missing counts 0. */
  readonly closed: boolean;
}

/** Weighted mean of what counts so far, 0–100 to two decimals; null where nothing does. */
export function courseTotal(scores: readonly WeighedScore[]): number | null {
  let weights = 0;
  let points = 0;
  for (const { weight, score, closed } of scores) {
    if (score === null && !closed) continue;
    weights += weight;
    points += weight * (score ?? 0);
  }
  return weights === 0 ? null : Math.round((points / weights) * 100) / 100;
}
