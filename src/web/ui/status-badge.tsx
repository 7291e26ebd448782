import type { CheckStatus } from '../../core/check-result.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { SubmissionStatus } from '../../http/schemas/submission.ts';
import { Badge, type Tone } from './badge.tsx';
import { Icon, type IconName } from './icon.tsx';

const VERDICTS = {
  passed: { words: 'Passed', tone: 'pass', icon: 'check' },
  failed: { words: 'Not passed', tone: 'fail', icon: 'cross' },
  'build-failed': { words: 'Build failed', tone: 'fail', icon: 'cross' },
  'run-failed': { words: 'Did not run', tone: 'fail', icon: 'cross' },
  'time-limit': { words: 'Out of time', tone: 'fail', icon: 'clock' },
  'memory-limit': { words: 'Out of memory', tone: 'fail', icon: 'cross' },
  rejected: { words: 'Rejected', tone: 'warn', icon: 'stop' },
} as const satisfies Record<Verdict, { words: string; tone: Tone; icon: IconName }>;

export function verdictWords(verdict: Verdict): string {
  return VERDICTS[verdict].words;
}

export function verdictTone(verdict: Verdict): 'pass' | 'fail' | 'warn' {
  return VERDICTS[verdict].tone;
}

export function VerdictBadge({ verdict }: { readonly verdict: Verdict }) {
  const { words, tone, icon } = VERDICTS[verdict];
  return (
    <Badge tone={tone}>
      <Icon name={icon} />
      {words}
    </Badge>
  );
}

const STATUSES = {
  queued: { words: 'Waiting', tone: 'live' },
  running: { words: 'Running', tone: 'live' },
  done: { words: 'Done', tone: 'plain' },
  cancelled: { words: 'Cancelled', tone: 'plain' },
  superseded: { words: 'Superseded', tone: 'plain' },
  fault: { words: 'Grader fault', tone: 'violet' },
} as const satisfies Record<SubmissionStatus, { words: string; tone: Tone }>;

/** The verdict where there is one, otherwise where the submission or the run is. */
export function StatusBadge(props: { readonly status: SubmissionStatus; readonly verdict: Verdict | null }) {
  if (props.verdict !== null) return <VerdictBadge verdict={props.verdict} />;
  const { words, tone } = STATUSES[props.status];
  return (
    <Badge tone={tone}>
      {tone === 'live' ? <span className="pulse" aria-hidden="true" /> : null}
      {words}
    </Badge>
  );
}

const CHECKS = {
  passed: { words: 'Passed', tone: 'pass', icon: 'check' },
  failed: { words: 'Failed', tone: 'fail', icon: 'cross' },
  skipped: { words: 'Skipped', tone: 'plain', icon: 'dash' },
  inconclusive: { words: 'Inconclusive', tone: 'violet', icon: 'dash' },
} as const satisfies Record<CheckStatus, { words: string; tone: Tone; icon: IconName }>;

export function checkWords(status: CheckStatus): string {
  return CHECKS[status].words;
}

export function CheckBadge({ status }: { readonly status: CheckStatus }) {
  const { words, tone, icon } = CHECKS[status];
  return (
    <Badge tone={tone}>
      <Icon name={icon} />
      {words}
    </Badge>
  );
}
