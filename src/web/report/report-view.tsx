import type { CheckResult, CheckStatus } from '../../core/check-result.ts';
import type { PolicyFinding } from '../../core/policy-finding.ts';
import type { Report } from '../../core/report.ts';
import { formatDuration } from '../../core/units.ts';
import { ScoreRing } from '../ui/score-ring.tsx';
import { verdictTone, verdictWords } from '../ui/status-badge.tsx';
import { Ticked } from '../ui/ticked.tsx';
import { CheckCard } from './check-card.tsx';
import { SinceBefore, type Before } from './since-before.tsx';

/** A verdict with all that led to it, and what changed since the attempt before, where that is known. */
export function ReportView(props: {
  readonly report: Report;
  readonly before?: Before | null;
  /** Less than everything is shown to this reader. */
  readonly reduced?: 'messages' | 'verdict' | null;
}) {
  const { report } = props;
  const before = props.before ?? null;
  const earlier = new Map((before?.report.checks ?? []).map((check) => [check.id, check.status]));
  return (
    <div className="stack">
      <section className={`card verdict ${verdictTone(report.verdict)}`} aria-label="Verdict">
        <ScoreRing score={report.score} passed={report.verdict === 'passed'} size={96} />
        <div>
          <h2>{verdictWords(report.verdict)}</h2>
          <p>
            <Ticked text={report.summary} />
          </p>
          {before === null ? null : <SinceBefore report={report} before={before} />}
          <ReducedNote reduced={props.reduced ?? null} />
        </div>
      </section>
      {report.policy.length === 0 ? null : (
        <Findings
          title="Why it was not graded"
          intro="Nothing was built, and no attempt is used up. Mend these and submit again."
          findings={report.policy}
          tone="fail"
        />
      )}
      {report.buildLog.length === 0 ? null : (
        <section className="card">
          <h2>Last lines of the build</h2>
          <pre tabIndex={0} role="group" aria-label="Last lines of the build">
            {report.buildLog.join('\n')}
          </pre>
        </section>
      )}
      {report.checks.length === 0 ? null : (
        <section aria-labelledby="checks" className="stack tight">
          <div className="row spread">
            <h2 id="checks">Checks</h2>
            <span className="small muted numeric">
              {report.checks.filter((check) => check.status === 'passed').length} of {report.checks.length}{' '}
              passed
            </span>
          </div>
          {failedFirst(report.checks).map((check) => (
            <CheckCard key={check.id} check={check} before={earlier.get(check.id)} />
          ))}
        </section>
      )}
      {report.notices.length === 0 ? null : (
        <Findings title="Notices" intro="These cost no points." findings={report.notices} tone="plain" />
      )}
    </div>
  );
}

const RANKS = { failed: 0, inconclusive: 1, skipped: 2, passed: 3 } as const satisfies Record<
  CheckStatus,
  number
>;

/** Where to look comes before what is well; else in the order of the lab. */
function failedFirst(checks: readonly CheckResult[]): CheckResult[] {
  return [...checks].sort((a, b) => RANKS[a.status] - RANKS[b.status]);
}

const PHASES = ['policy', 'building', 'starting', 'checking', 'recording', 'total'];

/** How long each phase of a run took, in the order in which they follow each other. */
export function Timings({ report }: { readonly report: Report }) {
  const entries = Object.entries(report.timings).sort(([a], [b]) => PHASES.indexOf(a) - PHASES.indexOf(b));
  return (
    <dl className="facts small">
      {entries.map(([phase, ms]) => (
        <div key={phase} className="contents">
          <dt>{phase}</dt>
          <dd className="numeric">{formatDuration(ms)}</dd>
        </div>
      ))}
    </dl>
  );
}

function ReducedNote({ reduced }: { readonly reduced: 'messages' | 'verdict' | null }) {
  if (reduced === null) return null;
  return (
    <p className="small muted">
      {reduced === 'verdict'
        ? 'Until the assignment is due only the verdict is shown.'
        : 'In this assignment the evidence behind each check is not shown.'}
    </p>
  );
}

function Findings(props: {
  readonly title: string;
  readonly intro: string;
  readonly findings: readonly PolicyFinding[];
  readonly tone: 'fail' | 'plain';
}) {
  return (
    <section className="card">
      <h2>{props.title}</h2>
      <p className="muted small">{props.intro}</p>
      <ul className="findings">
        {props.findings.map((finding, index) => (
          <li key={index} className={props.tone}>
            <code>
              {finding.file}
              {finding.line > 0 ? `:${finding.line}` : ''}
            </code>{' '}
            <span className="small muted">{finding.rule}</span>
            <p>
              <Ticked text={finding.message} />
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
