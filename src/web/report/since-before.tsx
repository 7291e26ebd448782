import type { CheckResult } from '../../core/check-result.ts';
import type { Report } from '../../core/report.ts';
import { formatScore } from '../ui/score-ring.tsx';

/** An attempt that went before, with its report. */
export interface Before {
  readonly attempt: number;
  readonly report: Report;
}

/** What became better and what worse since the attempt before. */
export function SinceBefore({ report, before }: { readonly report: Report; readonly before: Before }) {
  const earlier = new Map(before.report.checks.map((check) => [check.id, check.status]));
  const better = report.checks.filter(
    ({ id, status }) => status === 'passed' && (earlier.get(id) ?? 'passed') !== 'passed',
  );
  const worse = report.checks.filter(({ id, status }) => status !== 'passed' && earlier.get(id) === 'passed');
  return (
    <div className="since small">
      <p>
        Since attempt {before.attempt}: <strong>{pointsWords(report.score - before.report.score)}</strong>
        {better.length + worse.length === 0 ? ', and every check came out as before.' : '.'}
      </p>
      <Titles label="Passes now" checks={better} />
      <Titles label="Passed before, and doesn’t now" checks={worse} />
    </div>
  );
}

function Titles({ label, checks }: { readonly label: string; readonly checks: readonly CheckResult[] }) {
  if (checks.length === 0) return null;
  return (
    <p>
      {label}: {checks.map((check) => check.title).join('; ')}.
    </p>
  );
}

function pointsWords(difference: number): string {
  if (difference === 0) return 'the same score';
  const points = Math.abs(difference) === 1 ? 'point' : 'points';
  return `${formatScore(Math.abs(difference))} ${points} ${difference > 0 ? 'more' : 'fewer'}`;
}
