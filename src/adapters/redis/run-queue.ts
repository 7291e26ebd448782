import { Queue } from 'bullmq';
import type { RunQueue } from '../../app/ports/run-queue.ts';
import type { BellRun } from '../../app/ports/runs.ts';
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
      const options = { jobId: jobIdOf(run), priority: run.priority, delay: delayMs };
      const added = queue.add('run', { runId: run.runId }, options);
      await within(2_000, added);
    },
    async place(run) {
      try {
        // Kept in order by the queue: Redis tells a place in it without counting.
        const rank = await within(1_000, connection.zrank(queue.toKey('prioritized'), jobIdOf(run)));
        return rank === null ? null : rank + 1;
      } catch {
        return null;
      }
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

/** Makes ringing twice harmless; a new round after a fault is a new id. */
function jobIdOf(run: Pick<BellRun, 'runId' | 'faults'>): string {
  return `${run.runId}-${run.faults}`;
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
