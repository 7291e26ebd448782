import { coolDownEnd } from '../../src/core/admission.ts';
import type { Try } from '../../src/core/standing.ts';
import { EventQueue } from './event-queue.ts';
import { type Waiting, WaitingLine } from './waiting-line.ts';

/** Seconds of the simulation everywhere. */
export interface Arrival {
  readonly at: number;
  readonly learner: number;
  readonly lab: number;
}

export interface QueueModel {
  readonly workers: number;
  /** Of each worker. */
  readonly slots: number;
  readonly coolDownSeconds: number;
  /** How much each run that goes on beside it on the same worker makes a run longer, of its time alone. */
  readonly slowdown: number;
  readonly serviceSeconds: () => number;
  /** When the learner submits again after a verdict; null when they are done. */
  readonly afterVerdict: (arrival: Arrival) => number | null;
  /** When the learner submits again if they still wait then; null when they wait for as long as it takes. */
  readonly whileWaiting: (arrival: Arrival) => number | null;
}

export interface Verdict extends Arrival {
  readonly startedAt: number;
  readonly finishedAt: number;
}

export interface Outcome {
  readonly verdicts: readonly Verdict[];
  readonly superseded: number;
  /** Submissions that the cool-down sent away; they come again when it is over. */
  readonly refused: number;
  readonly longestQueue: number;
  /** Length of the queue whenever it changed. */
  readonly queue: readonly { readonly at: number; readonly length: number }[];
}

type Event =
  | { readonly kind: 'submit'; readonly arrival: Arrival }
  | { readonly kind: 'again'; readonly waiting: Waiting }
  | { readonly kind: 'finish'; readonly worker: number; readonly item: Waiting; readonly startedAt: number };

/** Plays arrivals through the queue by the service's own rules of order, superseding and cool-down. */
export function simulateQueue(arrivals: readonly Arrival[], model: QueueModel): Outcome {
  const events = new EventQueue<Event>();
  const line = new WaitingLine();
  const busy = Array.from({ length: model.workers }, () => 0);
  const tries = new Map<string, Try[]>();
  const verdicts: Verdict[] = [];
  const queue: { at: number; length: number }[] = [];
  let superseded = 0;
  let refused = 0;
  let attempts = 0;
  for (const arrival of arrivals) events.add(arrival.at, { kind: 'submit', arrival });

  function submit(arrival: Arrival): void {
    const { learner, lab, at } = arrival;
    const notBefore = coolDownEnd(model, { decisive: tries.get(keyOf(arrival)) ?? [] });
    if (notBefore !== null && msOf(at) < notBefore.getTime()) {
      refused += 1;
      const later = { ...arrival, at: notBefore.getTime() / 1000 };
      events.add(later.at, { kind: 'submit', arrival: later });
      return;
    }
    attempts += 1;
    const waiting = { learner, lab, at, attempt: attempts };
    if (line.add(waiting)) superseded += 1;
    const again = model.whileWaiting(arrival);
    if (again !== null) events.add(again, { kind: 'again', waiting });
  }

  function start(at: number): void {
    for (;;) {
      const worker = busy.indexOf(Math.min(...busy));
      const going = busy[worker] ?? 0;
      if (going >= model.slots) return;
      const item = line.take();
      if (item === undefined) return;
      busy[worker] = going + 1;
      keepTry(tries, item);
      const seconds = model.serviceSeconds() * (1 + model.slowdown * going);
      events.add(at + seconds, { kind: 'finish', worker, item, startedAt: at });
    }
  }

  for (let next = events.next(); next !== undefined; next = events.next()) {
    const { at, event } = next;
    switch (event.kind) {
      case 'submit':
        submit(event.arrival);
        break;
      case 'again':
        if (line.has(event.waiting)) submit({ ...event.waiting, at });
        break;
      case 'finish': {
        busy[event.worker] = (busy[event.worker] ?? 1) - 1;
        const { learner, lab } = event.item;
        verdicts.push({ learner, lab, at: event.item.at, startedAt: event.startedAt, finishedAt: at });
        const again = model.afterVerdict({ learner, lab, at });
        if (again !== null) events.add(again, { kind: 'submit', arrival: { learner, lab, at: again } });
      }
    }
    start(at);
    if (queue.at(-1)?.length !== line.length) queue.push({ at, length: line.length });
  }
  const longestQueue = queue.reduce((most, { length }) => Math.max(most, length), 0);
  return { verdicts, superseded, refused, longestQueue, queue };
}

function keyOf({ learner, lab }: Pick<Arrival, 'learner' | 'lab'>): string {
  return `${learner}/${lab}`;
}

/** The service's cool-down counts from when the last attempt that is graded was submitted. */
function keepTry(tries: Map<string, Try[]>, item: Waiting): void {
  const submittedAt = new Date(msOf(item.at));
  const kept = {
    id: '',
    attempt: item.attempt,
    submittedAt,
    status: 'running',
    verdict: null,
    score: null,
  } as const;
  tries.set(keyOf(item), [kept]);
}

/** Whole ones: a second and its thousand milliseconds must be the same instant. */
function msOf(seconds: number): number {
  return Math.round(seconds * 1000);
}
