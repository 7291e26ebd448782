const RADIUS = 26;
const LENGTH = 2 * Math.PI * RADIUS;

/** A score from 0 to 100 as a ring; an empty ring where there is none yet. */
export function ScoreRing(props: {
  readonly score: number | null;
  readonly passed: boolean;
  readonly size: number;
}) {
  const { score, passed, size } = props;
  const tone = score === null ? 'none' : passed ? 'pass' : 'part';
  return (
    <svg
      viewBox="0 0 64 64"
      width={size}
      height={size}
      className={`ring ${tone}`}
      role="img"
      aria-label={score === null ? 'No score yet' : `Score ${score} of 100`}
    >
      <circle cx="32" cy="32" r={RADIUS} className="track" />
      {score === null || score === 0 ? null : (
        <circle
          cx="32"
          cy="32"
          r={RADIUS}
          className="value"
          strokeDasharray={`${(score / 100) * LENGTH} ${LENGTH}`}
          transform="rotate(-90 32 32)"
        />
      )}
      <text x="32" y="32" dominantBaseline="central" textAnchor="middle">
        {score === null ? '–' : formatScore(score)}
      </text>
    </svg>
  );
}

/** At most one decimal: late rules and weights make fractions. */
export function formatScore(score: number): string {
  return String(Math.round(score * 10) / 10);
}
