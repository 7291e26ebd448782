const DAY_MS = 24 * 3_600_000;

/** For how many days after a submission each is kept; null keeps it for ever. */
export interface RetentionPolicy {
  readonly filesDays: number | null;
  /** Evidence and build logs. */
  readonly evidenceDays: number | null;
  /** The whole submission but its line: attempt, time, verdict, score. */
  readonly submissionsDays: number | null;
}

export interface KeptUntil {
  readonly files: Date | null;
  readonly evidence: Date | null;
  readonly submission: Date | null;
}

/** Until when the parts of a submission are kept at least; null for ever. Nothing outlives the whole. */
export function keptUntil(policy: RetentionPolicy, submittedAt: Date): KeptUntil {
  const after = (days: number | null) =>
    days === null ? null : new Date(submittedAt.getTime() + days * DAY_MS);
  return {
    files: after(shorter(policy.filesDays, policy.submissionsDays)),
    evidence: after(shorter(policy.evidenceDays, policy.submissionsDays)),
    submission: after(policy.submissionsDays),
  };
}

/** What was submitted before these instants has had its time at `now`; null where nothing is ever removed. */
export function expiredBefore(policy: RetentionPolicy, now: Date): KeptUntil {
  const before = (days: number | null) => (days === null ? null : new Date(now.getTime() - days * DAY_MS));
  return {
    files: before(shorter(policy.filesDays, policy.submissionsDays)),
    evidence: before(shorter(policy.evidenceDays, policy.submissionsDays)),
    submission: before(policy.submissionsDays),
  };
}

function shorter(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
