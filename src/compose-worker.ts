import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { openMetrics } from './adapters/metrics/metrics.ts';
import { openDatabase } from './adapters/postgres/database.ts';
import { consumeRuns } from './adapters/redis/run-consumer.ts';
import { openRunFeed } from './adapters/redis/run-feed.ts';
import { openRunQueue } from './adapters/redis/run-queue.ts';
import type { Clock } from './app/ports/clock.ts';
import type { Grader } from './app/ports/grader.ts';
import { reconcile } from './app/reconcile.ts';
import { every, pause } from './app/every.ts';
import { type WorkOutcome, workOnRun } from './app/work-on-run.ts';
import { composeStores, scenarioCatalogue, SYSTEM_CLOCK } from './compose-stores.ts';
import type { Config } from './config.ts';
import type { Scenario } from './core/scenario-bundle.ts';

const PROVE_AGAIN_MS = 3_600_000;
const UNFIT_AGAIN_MS = 30_000;
const TIDY_EVERY_MS = 120_000;

export interface WorkerParts {
  readonly log: Logger;
  readonly scenarios: ReadonlyMap<string, Scenario>;
  readonly grade: Grader;
  readonly clock?: Clock;
  /** Proves the grader before runs are taken, and again every `proveAgainMs`: says what is wrong, if anything is. */
  readonly prove?: (signal: AbortSignal) => Promise<string | undefined>;
  readonly proveAgainMs?: number;
  /** Clears the engine of strays and keeps its disk under a budget. */
  readonly tidy?: () => Promise<void>;
  /** How often it looks for what got lost, and tells that it is there. */
  readonly tickMs?: number;
  /** A run that was rung for and still waits is rung for again after this. */
  readonly ringAgainMs?: number;
}

export interface RunningWorker extends AsyncDisposable {
  readonly id: string;
}

/**
 * Starts a worker on the queue. Disposing takes nothing new, lets its runs go on for `drainMs`, and hands back what
 * is not over by then.
 */
export async function startWorker(config: Config, parts: WorkerParts): Promise<RunningWorker> {
  const id = `${hostname()}-${randomUUID().slice(0, 8)}`;
  const log = parts.log.child({ worker: id });
  const db = openDatabase({ url: config.databaseUrl, connections: config.worker.slots + 3 });
  const stores = composeStores(db);
  const queue = openRunQueue(config.redis);
  const feed = openRunFeed(config.redis);
  const clock = parts.clock ?? SYSTEM_CLOCK;
  const deps = {
    ...stores,
    queue,
    feed,
    clock,
    scenarios: scenarioCatalogue(parts.scenarios),
    grade: parts.grade,
  };
  const metrics = openMetrics(null);
  const working = new Set<Promise<void>>();
  const stopping = new AbortController();
  const startedAt = clock.now();
  const engine: { version: string | null } = { version: null };
  let draining = false;
  /** Why nothing is taken, or null. */
  let refusing: string | null = parts.prove ? 'it has not proved itself yet' : null;

  async function handle(runId: string): Promise<void> {
    const started = performance.now();
    const { leaseMs, faultLimit } = config.worker;
    const outcome = await workOnRun(deps, { worker: id, leaseMs, faultLimit }, runId, stopping.signal);
    if (outcome.outcome === 'recorded') engine.version = outcome.report.engine;
    logOutcome(log, runId, outcome);
    if (outcome.outcome !== 'skipped') {
      const scenario = outcome.outcome === 'recorded' ? outcome.report.scenario : 'unknown';
      metrics.runEnded(outcome.outcome, scenario, performance.now() - started);
    }
  }

  async function tellOfSelf(): Promise<void> {
    const state = draining ? 'draining' : refusing !== null ? 'refusing' : working.size > 0 ? 'busy' : 'idle';
    const { slots } = config.worker;
    const row = { id, host: hostname(), state, slots, busy: working.size, startedAt } as const;
    await stores.workers.report({ ...row, engine: engine.version, note: refusing }, clock.now());
  }

  await tellOfSelf();
  const consumer = consumeRuns(
    { ...config.redis, slots: config.worker.slots, paused: refusing !== null },
    (runId) => {
      const work = handle(runId).catch((error: unknown) => {
        log.error({ err: error, runId }, 'run could not be dealt with');
      });
      working.add(work);
      return work.finally(() => working.delete(work));
    },
  );
  const isEnding = (): boolean => draining || stopping.signal.aborted;

  async function proveSelf(): Promise<void> {
    if (!parts.prove || isEnding()) return;
    const wrong = await parts.prove(stopping.signal).catch((error: unknown) => String(error));
    if (isEnding()) return;
    if (wrong === undefined) consumer.resume();
    else if (refusing === null) await consumer.pause();
    if (wrong !== undefined) log.error({ reason: wrong }, 'the grader is not fit: no runs are taken');
    refusing = wrong ?? null;
    await tellOfSelf();
  }

  const proving = (async () => {
    await proveSelf();
    // A grader that isn't fit is looked at more often: an engine that comes back should not wait for an hour.
    while (!stopping.signal.aborted) {
      await pause(
        refusing === null ? (parts.proveAgainMs ?? PROVE_AGAIN_MS) : UNFIT_AGAIN_MS,
        stopping.signal,
      );
      await proveSelf();
    }
  })().catch((error: unknown) => {
    log.error({ err: error }, 'could not tell whether the grader is fit');
  });
  const tidying = every(TIDY_EVERY_MS, stopping.signal, async () => {
    await parts.tidy?.().catch((error: unknown) => {
      log.warn({ err: error }, 'could not tidy the engine');
    });
  });
  const tickMs = parts.tickMs ?? 5_000;
  const ticking = every(tickMs, stopping.signal, async () => {
    try {
      await tellOfSelf();
      const options = { faultLimit: config.worker.faultLimit, ringAgainMs: parts.ringAgainMs ?? 60_000 };
      const mended = await reconcile(deps, options);
      if (mended.takenOver > 0) log.warn(mended, 'runs taken from workers that were lost');
    } catch (error) {
      log.warn({ err: error }, 'could not look after the queue');
    }
  });

  return {
    id,
    async [Symbol.asyncDispose]() {
      draining = true;
      await consumer.pause();
      await Promise.race([
        Promise.all(working),
        new Promise((resolve) => setTimeout(resolve, config.worker.drainMs)),
      ]);
      stopping.abort(new Error('the worker is ending'));
      await Promise.race([Promise.all(working), new Promise((resolve) => setTimeout(resolve, 10_000))]);
      await Promise.all([ticking, tidying, proving]);
      await consumer[Symbol.asyncDispose]();
      await stores.workers.leave(id).catch(() => undefined);
      await queue[Symbol.asyncDispose]();
      await feed[Symbol.asyncDispose]();
      await db.$disconnect();
    },
  };
}

function logOutcome(log: Logger, runId: string, outcome: WorkOutcome): void {
  switch (outcome.outcome) {
    case 'recorded': {
      const { verdict, score, scenario } = outcome.report;
      log.info({ runId, scenario, verdict, score, durationMs: Math.round(outcome.durationMs) }, 'run graded');
      return;
    }
    case 'fault':
      log.error(
        { runId, err: outcome.error, givenUp: outcome.givenUp },
        'run ended in a fault of the grader',
      );
      return;
    case 'lost':
      log.warn({ runId }, 'run was taken away');
      return;
    case 'handed-back':
      log.info({ runId }, 'run handed back');
      return;
    case 'skipped':
      log.debug({ runId }, 'run was not there to be claimed');
  }
}
