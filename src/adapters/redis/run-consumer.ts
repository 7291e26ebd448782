import { DelayedError, type Job, Worker } from 'bullmq';
import { type RedisOptions, openPatientRedis } from './connection.ts';
import { type BellJob, QUEUE_NAME } from './run-queue.ts';

/** A bell that is put back rings again after this. */
const PUT_BACK_MS = 100;

export interface ConsumerOptions extends RedisOptions {
  /** Runs worked on at once. */
  readonly slots: number;
  /** Takes nothing before the first `resume`. */
  readonly paused: boolean;
}

/**
 * Hears the bell: calls `handle` for each run that is rung for. `handle` deals with its own failures; the queue's
 * own retries are not used, since the lease in Postgres decides who works on what.
 */
export interface RunConsumer extends AsyncDisposable {
  /** Takes nothing new; what is being worked on goes on. */
  pause(): Promise<void>;
  resume(): void;
}

export function consumeRuns(options: ConsumerOptions, handle: (runId: string) => Promise<void>): RunConsumer {
  const connection = openPatientRedis(options);
  let pausing = options.paused;
  const hear = async (job: Job<BellJob>, token?: string): Promise<void> => {
    // An idle slot of a paused worker still hears the one bell that it was waiting for: it is another worker's.
    if (pausing) {
      await job.moveToDelayed(Date.now() + PUT_BACK_MS, token);
      throw new DelayedError();
    }
    await handle(job.data.runId);
  };
  const worker = new Worker<BellJob>(QUEUE_NAME, hear, {
    connection,
    prefix: options.prefix,
    concurrency: options.slots,
    autorun: !options.paused,
    lockDuration: 30_000,
    // The same in every worker: they share one key, and the longest would rule.
    stalledInterval: 15_000,
    // A delivery that was lost with its worker is delivered again for as long as it takes: the claim decides.
    maxStalledCount: 1_000,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  });
  worker.on('error', () => undefined);
  return {
    async pause() {
      pausing = true;
      // With Redis away it would wait for it.
      await atMost(2_000, worker.pause(true));
    },
    resume() {
      pausing = false;
      if (worker.isPaused()) void worker.resume();
      else if (!worker.isRunning()) worker.run().catch(() => undefined);
    },
    async [Symbol.asyncDispose]() {
      await atMost(5_000, worker.close());
      connection.disconnect();
    },
  };
}

/** Waits for `act` to end, however it ends, and no longer than `ms`. */
async function atMost(ms: number, act: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([act.catch(() => undefined), late]);
  clearTimeout(timer);
}
