import type { Express } from 'express';
import type { Service } from '../service.ts';

/** For who watches over the service: outside the API, without sign-in. */
export function mountHealth(
  app: Express,
  service: Pick<Service, 'databaseIsUp' | 'queue'>,
  metrics: () => Promise<string>,
): void {
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', async (_request, response) => {
    const [postgres, redis] = await Promise.all([service.databaseIsUp(), service.queue.isUp()]);
    // Without Redis submissions are still taken: they are graded once it is back.
    const status = !postgres ? 'down' : redis ? 'ok' : 'degraded';
    response
      .status(postgres ? 200 : 503)
      .json({ status, postgres: postgres ? 'up' : 'down', redis: redis ? 'up' : 'down' });
  });
  app.get('/metrics', async (_request, response) => {
    response.type('text/plain; version=0.0.4').send(await metrics());
  });
}
