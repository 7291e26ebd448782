import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { QueueCounts } from '../../app/ports/workers.ts';

/** What the API tells Prometheus: of its own process, and of the queue, for which one process is asked. */
export function openApiMetrics(counts: () => Promise<QueueCounts>): { text(): Promise<string> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const runs = new Gauge({
    name: 'labgrader_queue_runs',
    help: 'Runs that are not over, by where they are',
    labelNames: ['state'],
    registers: [registry],
  });
  const age = new Gauge({
    name: 'labgrader_queue_oldest_seconds',
    help: 'How long the oldest run that waits has been waiting; 0 where none waits',
    registers: [registry],
  });
  return {
    async text() {
      const { queued, running, faults, oldestQueuedAt } = await counts();
      runs.set({ state: 'queued' }, queued);
      runs.set({ state: 'running' }, running);
      runs.set({ state: 'fault' }, faults);
      age.set(oldestQueuedAt === null ? 0 : Math.max(0, (Date.now() - oldestQueuedAt.getTime()) / 1000));
      return registry.metrics();
    },
  };
}
