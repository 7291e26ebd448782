import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { FeedEntry, RunFeed } from '../../app/ports/run-feed.ts';
import type { RunChange } from '../../app/ports/runs.ts';
import { parseJson } from '../../core/json.ts';
import { RunEvent } from '../../core/run-event.ts';
import { type RedisOptions, openPatientRedis, openRedis } from './connection.ts';

/** Entries kept of a run; older ones go first. */
const MAX_ENTRIES = 1_500;
/** What was told is forgotten after this: the report is stored by then. */
const KEEP_SECONDS = 3_600;
/** Told entries that wait to be sent; a flood beyond it is dropped. */
const MAX_PENDING = 5_000;
const FLUSH_MS = 50;

const Change = z.object({
  runId: z.string(),
  submissionId: z.string(),
  assignmentId: z.string(),
  courseId: z.string(),
  personId: z.string(),
});
const Entry = z.object({ id: z.string(), event: RunEvent });

/**
 * What goes on, over Redis: a capped stream for each run, so that who comes late sees what was, and a channel beside
 * it for who watches. Everything here may be lost without harm.
 */
export function openRunFeed(options: RedisOptions): RunFeed & AsyncDisposable {
  const redis = openRedis(options);
  const subscriber = openPatientRedis(options);
  const heard = new EventEmitter();
  heard.setMaxListeners(0);
  const changes = `${options.prefix}:changes`;
  const streamOf = (runId: string): string => `${options.prefix}:run:${runId}`;
  subscriber.on('message', (channel: string, text: string) => {
    // Read once, however many listen.
    if (heard.listenerCount(channel) === 0) return;
    const told = (channel === changes ? Change : Entry).safeParse(parseJson(text));
    if (told.success) heard.emit(channel, told.data);
  });
  subscriber.subscribe(changes).catch(() => undefined);
  const outgoing = new Outgoing(redis, streamOf);

  return {
    tell(runId, event) {
      outgoing.add(runId, event);
    },
    flush: () => outgoing.flush(),
    async history(runId, after) {
      try {
        const rows = await redis.xrange(streamOf(runId), after === undefined ? '-' : `(${after}`, '+');
        return rows.flatMap(([id, fields]) => parseEntry(id, fields[1]));
      } catch {
        return [];
      }
    },
    async follow(runId, listener, signal) {
      if (signal.aborted) return;
      const channel = streamOf(runId);
      const hear = (entry: FeedEntry): void => {
        listener(entry);
      };
      heard.on(channel, hear);
      signal.addEventListener(
        'abort',
        () => {
          heard.off(channel, hear);
          if (heard.listenerCount(channel) === 0) subscriber.unsubscribe(channel).catch(() => undefined);
        },
        { once: true },
      );
      // With Redis away the subscription waits for it; the watcher must not.
      const subscribed = subscriber.subscribe(channel).catch(() => undefined);
      await Promise.race([subscribed, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
    },
    announce(change) {
      redis.publish(changes, JSON.stringify(change)).catch(() => undefined);
    },
    onChange(listener, signal) {
      // Who has left already would never be taken off again.
      if (signal.aborted) return;
      const hear = (change: RunChange): void => {
        listener(change);
      };
      heard.on(changes, hear);
      signal.addEventListener('abort', () => heard.off(changes, hear), { once: true });
    },
    async [Symbol.asyncDispose]() {
      await outgoing.flush();
      redis.disconnect();
      subscriber.disconnect();
    },
  };
}

interface Told {
  readonly runId: string;
  readonly event: RunEvent;
}

/** Sends what was told in batches, in order, and drops what it can't. */
class Outgoing {
  readonly #redis: Redis;
  readonly #streamOf: (runId: string) => string;
  #pending: Told[] = [];
  #sending: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(redis: Redis, streamOf: (runId: string) => string) {
    this.#redis = redis;
    this.#streamOf = streamOf;
  }

  add(runId: string, event: RunEvent): void {
    if (this.#pending.length >= MAX_PENDING) return;
    this.#pending.push({ runId, event });
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#pending;
    this.#pending = [];
    if (batch.length > 0) this.#sending = this.#sending.then(() => this.#send(batch)).catch(() => undefined);
    return Promise.race([this.#sending, new Promise<void>((resolve) => setTimeout(resolve, 1_000).unref())]);
  }

  async #send(batch: readonly Told[]): Promise<void> {
    const added = this.#redis.pipeline();
    for (const { runId, event } of batch) {
      added.xadd(this.#streamOf(runId), 'MAXLEN', '~', MAX_ENTRIES, '*', 'event', JSON.stringify(event));
    }
    const answers = (await added.exec()) ?? [];
    const told = this.#redis.pipeline();
    for (const [index, { runId, event }] of batch.entries()) {
      const id = answers[index]?.[1];
      if (typeof id === 'string') told.publish(this.#streamOf(runId), JSON.stringify({ id, event }));
    }
    for (const runId of new Set(batch.map((item) => item.runId)))
      told.expire(this.#streamOf(runId), KEEP_SECONDS);
    await told.exec();
  }
}

function parseEntry(id: string, text: string | undefined): FeedEntry[] {
  const event = RunEvent.safeParse(parseJson(text ?? ''));
  return event.success ? [{ id, event: event.data }] : [];
}
