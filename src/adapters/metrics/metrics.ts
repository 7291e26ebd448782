import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface WorkerMetrics {
  /** A run ended in this worker. */
  runEnded(outcome: string, scenario: string, durationMs: number): void;
}

export interface Metrics extends WorkerMetrics {
  /** The text that Prometheus reads. */
  text(): Promise<string>;
}

interface QueueCounts {
  readonly queued: number;
  readonly running: number;
  readonly faults: number;
}

/** The process' own metrics, and the queue's where `counts` tells them. */
export function openMetrics(counts: (() => Promise<QueueCounts>) | null): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const ended = new Counter({
    name: 'labgrader_runs_total',
    help: 'Runs that ended in this process, by how they ended',
    labelNames: ['outcome', 'scenario'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'labgrader_run_seconds',
    help: 'Time from claim to result',
    labelNames: ['scenario'],
    buckets: [1, 2, 5, 10, 20, 30, 60, 120, 300],
    registers: [registry],
  });
  if (counts !== null) addQueueGauge(registry, counts);
  return {
    runEnded(outcome, scenario, durationMs) {
      ended.inc({ outcome, scenario });
      seconds.observe({ scenario }, durationMs / 1000);
    },
    text: () => registry.metrics(),
  };
}

function addQueueGauge(registry: Registry, counts: () => Promise<QueueCounts>): void {
  const gauge = new Gauge({
    name: 'labgrader_queue_runs',
    help: 'Runs that are not over, by where they are',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const now = await counts();
      gauge.set({ state: 'queued' }, now.queued);
      gauge.set({ state: 'running' }, now.running);
      gauge.set({ state: 'fault' }, now.faults);
    },
  });
}
