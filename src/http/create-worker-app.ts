import express, { type Express } from 'express';
import { mountHealth, type Watched } from './routes/health.ts';

/** All that a worker answers by HTTP: whether it works, and its metrics. */
export function createWorkerApp(watched: Watched): Express {
  const app = express();
  app.disable('x-powered-by');
  mountHealth(app, watched);
  return app;
}
