import type { Express } from 'express';
import { guardMetrics } from '../guard-metrics.ts';

/** How each thing that a process stands on is, in a word, and what follows for the process. */
export interface Readiness {
  /** `degraded`: it does its work, but not all of it. */
  readonly status: 'ok' | 'degraded' | 'down';
  readonly [part: string]: string;
}

/** What a process tells those who watch over it. */
export interface Watched {
  readonly readiness: () => Promise<Readiness>;
  /** The text that Prometheus reads. */
  readonly metrics: () => Promise<string>;
  /** Null where only this machine itself may read metrics. */
  readonly metricsToken: string | null;
}

/** For who watches over a process: outside the API, without sign-in. */
export function mountHealth(app: Express, watched: Watched): void {
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/readyz', async (_request, response) => {
    const readiness = await watched.readiness();
    response.status(readiness.status === 'down' ? 503 : 200).json(readiness);
  });
  app.get('/metrics', guardMetrics(watched.metricsToken), async (_request, response) => {
    response.type('text/plain; version=0.0.4').send(await watched.metrics());
  });
}
