import type { CheckResult, CheckStatus } from '../../core/check-result.ts';
import { formatDuration } from '../../core/units.ts';
import { EvidenceView } from '../evidence/evidence-view.tsx';
import { Badge } from '../ui/badge.tsx';
import { CheckBadge } from '../ui/status-badge.tsx';
import { Ticked } from '../ui/ticked.tsx';

/** One check: what was observed and expected, why it matters, where to look, and the evidence. */
export function CheckCard({
  check,
  before,
}: {
  readonly check: CheckResult;
  readonly before: CheckStatus | undefined;
}) {
  return (
    <details className={`card flush check ${check.status}`} open={check.status === 'failed'}>
      <summary>
        <CheckBadge status={check.status} />
        <span className="check-title">{check.title}</span>
        <ChangeBadge before={before} now={check.status} />
        <span className="small muted numeric">
          {check.points}/{check.maxPoints}
          <span className="visually-hidden"> points</span>
        </span>
      </summary>
      <div className="check-body stack">
        <dl className="check-facts">
          <Fact label="Observed" text={check.observed} />
          <Fact label="Expected" text={check.expected} />
          <Fact label="Why" text={check.explanation} />
          <Fact label="Where to look" text={check.hint} mark />
        </dl>
        {check.evidence.map((evidence, index) => (
          <EvidenceView key={index} evidence={evidence} />
        ))}
        <p className="small muted">
          {check.required ? 'Needed to pass. ' : ''}Took {formatDuration(check.durationMs)}.
        </p>
      </div>
    </details>
  );
}

function Fact({
  label,
  text,
  mark = false,
}: {
  readonly label: string;
  readonly text: string;
  readonly mark?: boolean;
}) {
  if (text === '') return null;
  return (
    <div className={mark ? 'hint' : ''}>
      <dt>{label}</dt>
      <dd>
        <Ticked text={text} />
      </dd>
    </div>
  );
}

/** What became of the check since the previous attempt. */
function ChangeBadge({
  before,
  now,
}: {
  readonly before: CheckStatus | undefined;
  readonly now: CheckStatus;
}) {
  if (before === undefined || before === now) return null;
  if (now === 'passed') return <Badge tone="pass">new: passes now</Badge>;
  if (before === 'passed') return <Badge tone="fail">passed before</Badge>;
  return null;
}
