import { openWorkerMetrics } from './adapters/metrics/worker-metrics.ts';
import type { Database } from './adapters/postgres/database.ts';
import type { RunQueue } from './app/ports/run-queue.ts';
import type { EngineDisk, EngineWatch, Occasion, WorkerNow } from './app/ports/worker-watch.ts';
import { readinessOfStores } from './compose-watch.ts';
import type { Config } from './config.ts';
import { createWorkerApp } from './http/create-worker-app.ts';
import { closeServer, listen, urlOf } from './http/listen.ts';
import type { Readiness } from './http/routes/health.ts';

/** What a worker counts, and where it tells of it. */
export interface WorkerWatch extends AsyncDisposable {
  /** Where it answers /healthz, /readyz and /metrics; null where no port is configured. */
  readonly url: string | null;
  readonly count: (occasion: Occasion) => void;
  /** Asks the engine whether it is there; true where there is none to be asked. */
  lookAtEngine(): Promise<boolean>;
  /** Asks the engine what it keeps on disk; that it can't say is no harm. */
  lookAtDisk(): Promise<void>;
}

interface WatchedParts {
  readonly db: Database;
  readonly queue: RunQueue;
  readonly engine: EngineWatch | null;
}

/** Opens a worker's metrics, served where the configuration says so. `now` is asked when somebody looks. */
export async function openWorkerWatch(
  config: Config,
  { db, queue, engine }: WatchedParts,
  now: () => Pick<WorkerNow, 'slots' | 'busy' | 'refusing'>,
): Promise<WorkerWatch> {
  let engineUp = true;
  let disk: EngineDisk | null = null;
  const metrics = openWorkerMetrics(() => ({ ...now(), engineUp, disk }));
  const lookAtEngine = async (): Promise<boolean> => {
    engineUp = engine === null || (await engine.isUp());
    return engineUp;
  };
  const readiness = async (): Promise<Readiness> => {
    const [stores, isUp] = await Promise.all([readinessOfStores(db, queue), lookAtEngine()]);
    const { refusing } = now();
    const well = stores.migrations === 'applied' && stores.redis === 'up' && isUp && refusing === null;
    return {
      status: well ? 'ok' : 'down',
      ...stores,
      engine: isUp ? 'up' : 'down',
      grader: refusing === null ? 'proved' : `takes no runs: ${refusing}`,
    };
  };
  const where = config.watching.worker;
  const { metricsToken } = config.watching;
  const app = createWorkerApp({ readiness, metrics: () => metrics.text(), metricsToken });
  const server = where === null ? null : await listen(app, where.port, where.host);
  return {
    url: server === null || where === null ? null : urlOf(server, where.host),
    count: metrics.count,
    lookAtEngine,
    async lookAtDisk() {
      disk = (await engine?.disk().catch(() => null)) ?? disk;
    },
    async [Symbol.asyncDispose]() {
      if (server !== null) await closeServer(server);
    },
  };
}
