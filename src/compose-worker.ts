import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { openDatabase } from './adapters/postgres/database.ts';
import { consumeRuns } from './adapters/redis/run-consumer.ts';
import { openRunFeed } from './adapters/redis/run-feed.ts';
import { openRunQueue } from './adapters/redis/run-queue.ts';
import type { Clock } from './app/ports/clock.ts';
import type { Grader } from './app/ports/grader.ts';
import type { EngineWatch } from './app/ports/worker-watch.ts';
import { Fitness } from './app/keep-fit.ts';
import { reconcile } from './app/reconcile.ts';
import { every } from './app/every.ts';
import { type WorkOutcome, workOnRun } from './app/work-on-run.ts';
import { openWorkerWatch } from './compose-worker-watch.ts';
import { composeTraces } from './compose-traces.ts';
import { composeStores, scenarioCatalogue, SYSTEM_CLOCK } from './compose-stores.ts';
import type { Config } from './config.ts';
import { GraderFault } from './core/grader-fault.ts';
import type { Report } from './core/report.ts';
import type { Scenario } from './core/scenario-bundle.ts';

const PROVE_AGAIN_MS = 3_600_000;
const UNFIT_AGAIN_MS = 10_000;
const TIDY_EVERY_MS = 120_000;

export interface WorkerParts {
  readonly log: Logger;
  readonly scenarios: ReadonlyMap<string, Scenario>;
  readonly grade: Grader;
  readonly clock?: Clock;
  /** Proves the grader before runs are taken, and again every `proveAgainMs`: says what is wrong, if anything is. */
  readonly prove?: (signal: AbortSignal) => Promise<string | undefined>;
  readonly proveAgainMs?: number;
  /** While it isn't fit, it is proved again after this. */
  readonly unfitAgainMs?: number;
  /** Clears the engine of strays and keeps its disk under a budget. */
  readonly tidy?: () => Promise<void>;
  readonly engine?: EngineWatch;
  /** How often it looks for what got lost, and tells that it is there. */
  readonly tickMs?: number;
  /** A run that was rung for and still waits is rung for again after this. */
  readonly ringAgainMs?: number;
}

export interface RunningWorker extends AsyncDisposable {
  readonly id: string;
  /** Where it answers who watches over it; null where it doesn't. */
  readonly url: string | null;
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
  const traces = await composeTraces(config, 'labgrader-worker', db, log);
  const queue = openRunQueue(config.redis);
  const feed = openRunFeed(config.redis);
  const clock = parts.clock ?? SYSTEM_CLOCK;
  const deps = {
    ...stores,
    queue,
    feed,
    clock,
    scenarios: scenarioCatalogue(parts.scenarios),
    grade: doubtingAfterFaults,
    traces,
  };
  const working = new Set<Promise<void>>();
  const stopping = new AbortController();
  const startedAt = clock.now();
  const engine: { version: string | null } = { version: null };
  const draining = new AbortController();
  const fitness =
    parts.prove &&
    new Fitness({
      prove: parts.prove,
      proveAgainMs: parts.proveAgainMs ?? PROVE_AGAIN_MS,
      unfitAgainMs: parts.unfitAgainMs ?? UNFIT_AGAIN_MS,
      halt: () => consumer.pause(),
      goOn: () => {
        if (!draining.signal.aborted) consumer.resume();
      },
      told: tellOfFitness,
    });
  /** Why nothing is taken, or null. */
  const refusing = (): string | null =>
    draining.signal.aborted ? 'it is ending' : (fitness?.refusing ?? null);
  const watch = await openWorkerWatch(config, { db, queue, engine: parts.engine ?? null }, () => ({
    slots: config.worker.slots,
    busy: working.size,
    refusing: refusing(),
  }));

  /** What failed one run may fail the next: none is taken until the grader has proved itself again. */
  async function doubtingAfterFaults(...[job, listener, signal]: Parameters<Grader>): Promise<Report> {
    try {
      return await parts.grade(job, listener, signal);
    } catch (error) {
      if (!signal.aborted) {
        const check = error instanceof GraderFault ? error.check : undefined;
        watch.count({ kind: 'fault', scenario: job.scenario.id, check });
        await fitness?.doubt('a run ended in a fault: it has to prove itself again');
      }
      throw error;
    }
  }

  async function tellOfFitness(wrong: string | null, durationMs: number | null): Promise<void> {
    if (durationMs !== null) watch.count({ kind: 'canary', passed: wrong === null });
    if (wrong !== null) log.error({ reason: wrong }, 'the grader is not fit: no runs are taken');
    else log.info({ durationMs }, 'the grader has proved itself');
    await tellOfSelf().catch((error: unknown) => {
      log.warn({ err: error }, 'could not tell of itself');
    });
  }

  async function handle(runId: string): Promise<void> {
    const { leaseMs, faultLimit } = config.worker;
    const outcome = await workOnRun(deps, { worker: id, leaseMs, faultLimit }, runId, stopping.signal);
    if (outcome.outcome === 'recorded') engine.version = outcome.report.engine;
    logOutcome(log, runId, outcome);
    if (outcome.outcome === 'recorded') watch.count({ kind: 'graded', ...outcome });
    else if (outcome.outcome !== 'skipped') watch.count({ kind: 'not-graded', outcome: outcome.outcome });
  }

  async function tellOfSelf(): Promise<void> {
    const note = fitness?.refusing ?? null;
    const state = draining.signal.aborted
      ? 'draining'
      : note !== null
        ? 'refusing'
        : working.size > 0
          ? 'busy'
          : 'idle';
    const { slots } = config.worker;
    const row = { id, host: hostname(), state, slots, busy: working.size, startedAt } as const;
    await stores.workers.report({ ...row, engine: engine.version, note }, clock.now());
  }

  const firstLook = watch.lookAtDisk();
  await tellOfSelf();
  const consumer = consumeRuns(
    { ...config.redis, slots: config.worker.slots, paused: fitness !== undefined },
    (runId) => {
      const work = handle(runId).catch((error: unknown) => {
        log.error({ err: error, runId }, 'run could not be dealt with');
      });
      working.add(work);
      return work.finally(() => working.delete(work));
    },
  );
  const proving = fitness?.keep(draining.signal);
  const tidying = every(TIDY_EVERY_MS, stopping.signal, async () => {
    await parts.tidy?.().catch((error: unknown) => {
      log.warn({ err: error }, 'could not tidy the engine');
    });
    await watch.lookAtDisk();
  });
  const tickMs = parts.tickMs ?? 5_000;
  const ticking = every(tickMs, stopping.signal, async () => {
    try {
      if (!(await watch.lookAtEngine())) await fitness?.doubt('its engine does not answer');
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
    url: watch.url,
    async [Symbol.asyncDispose]() {
      draining.abort();
      await consumer.pause();
      await Promise.race([
        Promise.all(working),
        new Promise((resolve) => setTimeout(resolve, config.worker.drainMs)),
      ]);
      stopping.abort(new Error('the worker is ending'));
      await Promise.race([Promise.all(working), new Promise((resolve) => setTimeout(resolve, 10_000))]);
      await Promise.all([ticking, tidying, proving, firstLook]);
      await consumer[Symbol.asyncDispose]();
      await watch[Symbol.asyncDispose]();
      await stores.workers.leave(id).catch(() => undefined);
      await queue[Symbol.asyncDispose]();
      await feed[Symbol.asyncDispose]();
      await traces[Symbol.asyncDispose]();
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
