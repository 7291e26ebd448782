import type { Request, Response } from 'express';
import type { Actor } from '../app/actor.ts';
import type { FeedEntry } from '../app/ports/run-feed.ts';
import type { SubmissionRecord } from '../app/ports/submissions.ts';
import { feedbackFor } from '../app/see-submission.ts';
import { type SubmissionState, firstRun } from '../app/submission-state.ts';
import type { SubmissionWatch } from '../app/submission-watch.ts';
import { reduceEvent } from '../core/feedback.ts';
import { Refusal } from '../core/refusal.ts';
import { isOver } from '../core/standing.ts';
import { EventStream } from './event-stream.ts';
import type { Service } from './service.ts';
import { type Audience, audienceOf, viewOf } from './views/submission-view.ts';

const MAX_HISTORY = 500;
/** Streams of one person at the same time; a browser opens one for each page that is shown. */
const MOST_OF_ONE_PERSON = 32;

/** The event streams of submissions: what many look at is read, and put into words, once for all of them. */
export class SubmissionStreams {
  readonly #service: Service;
  readonly #watch: SubmissionWatch;
  readonly #open = new Map<string, number>();
  readonly #texts = new WeakMap<SubmissionState, Map<string, string>>();

  constructor(service: Service, watch: SubmissionWatch) {
    this.#service = service;
    this.#watch = watch;
  }

  /**
   * Streams one submission: a snapshot, then what its run tells and each change of its stored state, until it is over
   * or the reader is gone.
   * @throws Refusal when the reader has too many streams open.
   */
  async stream(actor: Actor, record: SubmissionRecord, request: Request, response: Response): Promise<void> {
    const open = this.#open.get(actor.personId) ?? 0;
    if (open >= MOST_OF_ONE_PERSON) throw tooMany();
    this.#open.set(actor.personId, open + 1);
    try {
      await this.#send(actor, record, request, response);
    } finally {
      const left = (this.#open.get(actor.personId) ?? 1) - 1;
      if (left === 0) this.#open.delete(actor.personId);
      else this.#open.set(actor.personId, left);
    }
  }

  async #send(actor: Actor, record: SubmissionRecord, request: Request, response: Response): Promise<void> {
    using stream = new EventStream(request, response);
    const { feed } = this.#service;
    const audience = audienceOf(actor, record);
    const states = new Latest<SubmissionState>(stream.gone);
    const first = await this.#watch.follow(
      record.id,
      (state) => {
        states.set(state);
      },
      stream.gone,
    );
    if (first === null) return;
    const runId = firstRun(first.runs)?.id ?? '';
    const shown = feedbackFor(actor, record, this.#service.clock.now());
    const send = ({ id, event }: FeedEntry): void => {
      const reduced = reduceEvent(event, shown);
      if (reduced !== null) stream.send('run', reduced, id);
    };
    const early: FeedEntry[] = [];
    let live: ((entry: FeedEntry) => void) | null = null;
    // Followed before the history is read, so that nothing falls between the two.
    const hear = (entry: FeedEntry): void => {
      if (live === null) early.push(entry);
      else live(entry);
    };
    await feed.follow(runId, hear, stream.gone);

    const resumeFrom = lastEventIdOf(request);
    const history = await feed.history(runId, resumeFrom);
    let lastId = history.at(-1)?.id ?? resumeFrom ?? '0-0';
    let shownText = this.#textOf(first, audience);
    if (resumeFrom === undefined) {
      const events = history.flatMap(({ event }) => reduceEvent(event, shown) ?? []);
      const json = `{"submission":${shownText},"events":${JSON.stringify(events.slice(-MAX_HISTORY))}}`;
      stream.sendJson('snapshot', json, lastId);
    } else {
      stream.sendJson('submission', shownText);
      for (const entry of history) send(entry);
    }
    live = (entry) => {
      if (!isAfter(entry.id, lastId)) return;
      lastId = entry.id;
      send(entry);
    };
    for (const entry of early) live(entry);

    let { status } = first.record;
    while (!isOver(status)) {
      const state = await states.next();
      if (state === null) return;
      const text = this.#textOf(state, audience);
      if (text !== shownText) stream.sendJson('submission', text);
      shownText = text;
      status = state.record.status;
    }
    stream.send('end', {});
  }

  #textOf(state: SubmissionState, audience: Audience): string {
    const texts = this.#texts.get(state) ?? new Map<string, string>();
    this.#texts.set(state, texts);
    const key = JSON.stringify(audience);
    const text = texts.get(key) ?? JSON.stringify(viewOf(this.#service, audience, state));
    texts.set(key, text);
    return text;
  }
}

function tooMany(): Refusal {
  return new Refusal('too-many-requests', `More than ${MOST_OF_ONE_PERSON} event streams are open for you.`, {
    rule: 'rate.streams',
    wayOut: 'Close pages that you do not look at, or ask for the submission now and then.',
    retryAfterSeconds: 10,
  });
}

/** The newest of values that come faster than they are taken. */
class Latest<T> {
  #value: T | null = null;
  #wake: (() => void) | null = null;
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  set(value: T): void {
    this.#value = value;
    this.#wake?.();
  }

  /** Waits for a value that was not taken yet; null once the signal has aborted. */
  async next(): Promise<T | null> {
    if (this.#value === null && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const value = this.#signal.aborted ? null : this.#value;
    this.#value = null;
    return value;
  }
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
