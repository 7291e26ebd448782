import type { Request, Response } from 'express';
import type { Actor } from '../app/actor.ts';
import type { FeedEntry } from '../app/ports/run-feed.ts';
import type { SubmissionRecord } from '../app/ports/submissions.ts';
import { shownFeedback } from '../core/feedback.ts';
import { isStaff } from '../app/actor.ts';
import type { RunEvent } from '../core/run-event.ts';
import { EventStream } from './event-stream.ts';
import type { Service } from './service.ts';
import { submissionView } from './views/submission-view.ts';

/** The stored state is looked at so often even when nothing was heard: what was announced may be lost. */
const LOOK_EVERY_MS = 3_000;
/** A stream ends after this; the browser comes back by itself. */
const LONGEST_MS = 30 * 60_000;
const MAX_HISTORY = 500;

/**
 * Streams one submission: a snapshot, then what its run tells and each change of its stored state, until it is over
 * or the reader is gone.
 */
export async function streamSubmission(
  service: Service,
  actor: Actor,
  record: SubmissionRecord,
  request: Request,
  response: Response,
): Promise<void> {
  using stream = new EventStream(request, response);
  const ending = AbortSignal.any([stream.gone, AbortSignal.timeout(LONGEST_MS)]);
  const [run] = (await service.runs.ofSubmission(record.id)).filter((item) => item.kind !== 'regrade');
  const runId = run?.id ?? '';
  const shows = eventFilter(service, actor, record);
  const early: FeedEntry[] = [];
  let live: ((entry: FeedEntry) => void) | null = null;
  const bell = new Bell();
  service.feed.onChange((change) => {
    if (change.submissionId === record.id) bell.ring();
  }, ending);
  // Followed before the history is read, so that nothing falls between the two.
  const hear = (entry: FeedEntry): void => {
    if (live === null) early.push(entry);
    else live(entry);
  };
  await service.feed.follow(runId, hear, ending);

  const resumeFrom = lastEventIdOf(request);
  const history = await service.feed.history(runId, resumeFrom);
  let lastId = history.at(-1)?.id ?? resumeFrom ?? '0-0';
  let shown = await submissionView(service, actor, record);
  if (resumeFrom === undefined) {
    const events = history.map((entry) => entry.event).filter(shows);
    stream.send('snapshot', { submission: shown, events: events.slice(-MAX_HISTORY) }, lastId);
  } else {
    stream.send('submission', shown);
    for (const entry of history) if (shows(entry.event)) stream.send('run', entry.event, entry.id);
  }
  live = (entry) => {
    if (!isAfter(entry.id, lastId)) return;
    lastId = entry.id;
    if (shows(entry.event)) stream.send('run', entry.event, entry.id);
  };
  for (const entry of early) live(entry);

  while (!isOver(shown.status)) {
    await bell.wait(LOOK_EVERY_MS, ending);
    const stored = ending.aborted ? null : await service.submissions.find(record.id);
    if (stored === null) return;
    const next = await submissionView(service, actor, stored);
    if (JSON.stringify(next) !== JSON.stringify(shown)) stream.send('submission', next);
    shown = next;
  }
  stream.send('end', {});
}

/** Checks tell as much while they fall as the report will: nothing but phases and log where only the verdict shows. */
function eventFilter(service: Service, actor: Actor, record: SubmissionRecord): (event: RunEvent) => boolean {
  const shown = isStaff(actor, record.courseId) ? 'full' : shownFeedback(record.rules, service.clock.now());
  return (event) => {
    switch (shown) {
      case 'full':
        return true;
      case 'messages':
        return event.type !== 'check';
      case 'verdict':
        return event.type === 'phase';
    }
  };
}

function isOver(status: SubmissionRecord['status']): boolean {
  return status === 'done' || status === 'cancelled' || status === 'superseded';
}

function lastEventIdOf(request: Request): string | undefined {
  const id = request.get('last-event-id');
  return id !== undefined && /^\d{1,20}-\d{1,20}$/.test(id) ? id : undefined;
}

/** Stream ids are two numbers, compared one after the other. */
function isAfter(id: string, other: string): boolean {
  const [ms = '0', index = '0'] = id.split('-');
  const [otherMs = '0', otherIndex = '0'] = other.split('-');
  if (ms !== otherMs) return BigInt(ms) > BigInt(otherMs);
  return BigInt(index) > BigInt(otherIndex);
}

/** Lets one wait until somebody rings, or for a while; a ring in between is not lost. */
export class Bell {
  #rung = false;
  #wake: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        const wake = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        this.#wake = wake;
        signal.addEventListener('abort', wake, { once: true });
      });
    }
    this.#rung = false;
    this.#wake = null;
  }
}
