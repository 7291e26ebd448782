import { freePort } from '../../../src/machine/programs.ts';
import { type ServiceUnderLoad, end, start, until } from '../load/service-under-load.ts';

export interface GradingWorker extends AsyncDisposable {
  readonly processId: number;
}

/**
 * Starts a worker of the service as it is deployed, on the engine at `engineHost`, and waits until it has proved itself
 * and takes runs.
 */
export async function startGradingWorker(
  service: ServiceUnderLoad,
  engineHost: string,
  slots: number,
  environment: NodeJS.ProcessEnv = {},
): Promise<GradingWorker> {
  const port = await freePort();
  const child = start('src/worker.ts', {
    ...process.env,
    DATABASE_URL: service.databaseUrl,
    REDIS_URL: service.redis.url,
    REDIS_PREFIX: service.redis.prefix,
    DOCKER_HOST: engineHost,
    WORKER_SLOTS: String(slots),
    WORKER_METRICS_PORT: String(port),
    // A bench measures the engine that there is.
    ENGINE_HOLES: 'warn',
    LOG_LEVEL: 'fatal',
    NODE_ENV: 'production',
    ...environment,
  });
  const dispose = (): Promise<void> => end(child);
  try {
    await until('the worker', child, async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { processId: child.pid ?? 0, [Symbol.asyncDispose]: dispose };
}
