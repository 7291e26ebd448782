import { Queue } from 'bullmq';
import type { RunQueue } from '../../app/ports/run-queue.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import { type RedisOptions, openRedis } from './connection.ts';

/** Name of the one queue. */
export const QUEUE_NAME = 'runs';

/** What a job carries: everything else is read from Postgres by whoever claims the run. */
export interface BellJob {
  readonly runId: string;
}

/** The bell's ringing end. Dispose to close its connection. */
export function openRunQueue(
  options: RedisOptions,
): RunQueue & { readonly queue: Queue<BellJob> } & AsyncDisposable {
  const connection = openRedis(options);
  const queue = new Queue<BellJob>(QUEUE_NAME, {
    connection,
    prefix: options.prefix,
    // Redis keeps only what waits: history is in Postgres.
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 },
  });
  queue.on('error', () => undefined);
  return {
    queue,
    async ring(run, delayMs) {
      // The id makes ringing twice harmless; a new round after a fault is a new id.
      const jobId = `${run.runId}-${run.faults}`;
      const added = queue.add('run', { runId: run.runId }, { jobId, priority: run.priority, delay: delayMs });
      await within(2_000, added);
    },
    async isUp() {
      try {
        await within(1_000, connection.ping());
        return true;
      } catch {
        return false;
      }
    },
    async [Symbol.asyncDispose]() {
      await within(2_000, queue.close()).catch(() => undefined);
      connection.disconnect();
    },
  };
}

/** @throws GraderFault when Redis has not answered within `timeoutMs`, or answered with an error. */
async function within<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (cause) {
    answer.catch(() => undefined);
    throw new GraderFault('the queue cannot be reached', { cause });
  } finally {
    clearTimeout(timer);
  }
}
