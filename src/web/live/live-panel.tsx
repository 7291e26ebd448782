import { useEffect, useRef, useState } from 'react';
import type { Phase } from '../../core/run-event.ts';
import { formatDuration } from '../../core/units.ts';
import type { Submission } from '../../http/schemas/submission.ts';
import { CheckBadge } from '../ui/status-badge.tsx';
import { Icon } from '../ui/icon.tsx';
import { useNow } from '../ui/when.tsx';
import type { LiveRun } from './use-live-run.ts';

const STEPS = [
  { phase: 'queued', label: 'In the queue' },
  { phase: 'policy', label: 'Policy' },
  { phase: 'building', label: 'Build' },
  { phase: 'starting', label: 'Start' },
  { phase: 'checking', label: 'Checks' },
  { phase: 'recording', label: 'Verdict' },
] as const satisfies readonly { phase: Phase; label: string }[];

const ORDER: readonly Phase[] = [
  'queued',
  'claimed',
  'policy',
  'building',
  'starting',
  'checking',
  'recording',
  'done',
];

/** The run while it goes on: where it is, what the build says, and each check as it falls. */
export function LivePanel({ submission, live }: { readonly submission: Submission; readonly live: LiveRun }) {
  const { progress } = live;
  const phase = laterOf(progress.phase, submission.phase);
  return (
    <section className="card stack" aria-labelledby="live">
      <div className="row spread">
        <h2 id="live">{submission.status === 'queued' ? 'Waiting for a worker' : 'Grading'}</h2>
        <span className="small muted" role="status">
          {statusWords(submission, live)}
        </span>
      </div>
      <ol className="steps" aria-label="Phases">
        {STEPS.map((step) => {
          const state = stateOf(step.phase, phase);
          return (
            <li key={step.phase} className={state} aria-current={state === 'now' ? 'step' : undefined}>
              <span className="step-dot">{state === 'over' ? <Icon name="check" /> : null}</span>
              <span>
                {step.label}
                <span className="visually-hidden">
                  {state === 'over' ? ', done' : state === 'now' ? ', now' : ''}
                </span>
              </span>
              {state === 'now' ? <Elapsed key={phase} /> : null}
            </li>
          );
        })}
      </ol>
      {progress.checks.length === 0 ? null : (
        <ul className="falling" aria-label="Checks decided so far" aria-live="polite">
          {progress.checks.map((check) => (
            <li key={check.id}>
              <CheckBadge status={check.status} />
              <span>{check.title}</span>
              <span className="small muted numeric">
                {check.points}/{check.maxPoints}
              </span>
            </li>
          ))}
        </ul>
      )}
      {progress.log.length === 0 ? null : <BuildLog lines={progress.log} />}
    </section>
  );
}

function statusWords(submission: Submission, live: LiveRun): string {
  if (live.stream === 'reconnecting') return 'The connection broke; trying again …';
  if (submission.status === 'queued') {
    const place =
      submission.position === null
        ? 'Your place is being worked out'
        : `Number ${submission.position} in the queue`;
    const wait = submission.expectedWaitSeconds;
    // Unknown while no worker takes runs, or none has ended yet: then nothing is guessed.
    return wait === null
      ? `${place}; how long that takes isn’t known now.`
      : `${place}, about ${formatDuration(wait * 1000)} to go.`;
  }
  return 'Shown live. You can leave this page: the verdict is kept.';
}

/** Time since this page saw the phase begin: the run's own clock is another machine's. */
function Elapsed() {
  const [since] = useState(() => Date.now());
  const seconds = Math.floor(Math.max(0, useNow(1000) - since) / 1000);
  return seconds === 0 ? null : <span className="small muted numeric">{formatDuration(seconds * 1000)}</span>;
}

/** Follows the last line, unless the reader has scrolled up to read. */
function BuildLog({ lines }: { readonly lines: readonly string[] }) {
  const box = useRef<HTMLPreElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    if (box.current && follows.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);
  return (
    <div>
      <h3 className="live-log-title">Build log</h3>
      <pre
        ref={box}
        className="live-log"
        tabIndex={0}
        role="log"
        aria-label="Build log"
        aria-live="off"
        onScroll={(event) => {
          const pre = event.currentTarget;
          follows.current = pre.scrollHeight - pre.scrollTop - pre.clientHeight < 40;
        }}
      >
        {lines.join('\n')}
      </pre>
    </div>
  );
}

function laterOf(a: Phase, b: Phase): Phase {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}

function stateOf(step: Phase, now: Phase): 'over' | 'now' | 'ahead' {
  const current = now === 'claimed' ? 'queued' : now;
  if (step === current) return 'now';
  return ORDER.indexOf(step) < ORDER.indexOf(current) ? 'over' : 'ahead';
}
