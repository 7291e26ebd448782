import { useEffect, useReducer } from 'react';
import type { CheckResult } from '../../core/check-result.ts';
import { RunEvent, type Phase } from '../../core/run-event.ts';
import { Submission, SubmissionSnapshot } from '../../http/schemas/submission.ts';
import { useEvents, type StreamState } from '../api/use-events.ts';
import { useResource, type Resource } from '../api/use-resource.ts';

/** What a run has told so far. */
export interface Progress {
  readonly phase: Phase;
  readonly log: readonly string[];
  readonly checks: readonly CheckResult[];
}

const NOTHING: Progress = { phase: 'queued', log: [], checks: [] };
/** Older lines of the build log are dropped from the page; the server keeps as many. */
const LOG_LINES = 500;
/** How often to ask where events don't come through, for example behind a proxy that holds them back. */
const POLL_MS = 3000;

export interface LiveRun {
  readonly submission: Resource<Submission>;
  readonly progress: Progress;
  readonly stream: StreamState;
}

/** A submission and what its run tells while it goes on. */
export function useLiveRun(id: string): LiveRun {
  const submission = useResource(Submission, `/submissions/${id}`);
  const [progress, dispatch] = useReducer(step, NOTHING);
  const going = submission.state === 'ready' && isGoing(submission.value);

  const stream = useEvents(
    going ? `/submissions/${id}/events` : null,
    ['snapshot', 'run', 'submission'],
    (name, data) => {
      if (submission.state !== 'ready') return;
      if (name === 'run') {
        const event = RunEvent.safeParse(data);
        if (event.success) dispatch({ type: 'event', event: event.data });
        return;
      }
      if (name === 'submission') {
        const next = Submission.safeParse(data);
        if (next.success) submission.replace(next.data);
        return;
      }
      const snapshot = SubmissionSnapshot.safeParse(data);
      if (!snapshot.success) return;
      dispatch({ type: 'reset', events: snapshot.data.events });
      submission.replace(snapshot.data.submission);
    },
  );

  const reload = submission.state === 'loading' ? null : submission.reload;
  useEffect(() => {
    if (!going || stream === 'live' || reload === null) return;
    const timer = setInterval(reload, POLL_MS);
    return () => {
      clearInterval(timer);
    };
  }, [going, stream, reload]);

  return { submission, progress, stream };
}

/** Will more be heard of it? */
export function isGoing(submission: Submission): boolean {
  return submission.status === 'queued' || submission.status === 'running';
}

type Step =
  | { readonly type: 'reset'; readonly events: readonly RunEvent[] }
  | { readonly type: 'event'; readonly event: RunEvent };

function step(before: Progress, action: Step): Progress {
  return action.type === 'reset' ? action.events.reduce(after, NOTHING) : after(before, action.event);
}

function after(before: Progress, event: RunEvent): Progress {
  switch (event.type) {
    case 'phase': {
      // A run that is claimed anew, after a worker died, starts over.
      const fresh = event.phase === 'claimed' || event.phase === 'queued' ? NOTHING : before;
      return { ...fresh, phase: event.phase };
    }
    case 'log':
      return { ...before, log: [...before.log, event.line].slice(-LOG_LINES) };
    case 'check': {
      const others = before.checks.filter((check) => check.id !== event.result.id);
      return { ...before, checks: [...others, event.result] };
    }
  }
}
