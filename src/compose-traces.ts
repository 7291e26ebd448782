import type { Logger } from 'pino';
import type { Database } from './adapters/postgres/database.ts';
import { traceLinks } from './adapters/postgres/trace-links.ts';
import { NO_TRACES } from './app/no-traces.ts';
import type { RunTraces } from './app/ports/run-traces.ts';
import type { Config } from './config.ts';

/** Traces where a collector is configured. Without one, nothing of it is even loaded. */
export async function composeTraces(
  config: Config,
  service: 'labgrader-api' | 'labgrader-worker',
  db: Database,
  log: Logger,
): Promise<RunTraces & AsyncDisposable> {
  const collector = config.tracesTo;
  if (collector === null) return { ...NO_TRACES, [Symbol.asyncDispose]: () => Promise.resolve() };
  const { openRunTraces } = await import('./adapters/tracing/open-run-traces.ts');
  const onError = (error: unknown): void => {
    log.warn({ err: error }, 'a trace could not be kept');
  };
  return openRunTraces({ collector, service, links: traceLinks(db), onError });
}
