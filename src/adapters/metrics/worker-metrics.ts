import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { EngineDisk, Occasion, WorkerNow } from '../../app/ports/worker-watch.ts';

const RUN_SECONDS = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300];
const PHASE_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120];

/** What a worker tells Prometheus: counted as it happens, and `now`, which is asked whenever somebody looks. */
export interface WorkerMetrics {
  readonly count: (occasion: Occasion) => void;
  /** The text that Prometheus reads. */
  text(): Promise<string>;
}

export function openWorkerMetrics(now: () => WorkerNow): WorkerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addGauges(registry, now);
  const counters = countersOf(registry);
  return {
    count: (occasion) => {
      count(counters, occasion);
    },
    text: () => registry.metrics(),
  };
}

function count(counters: ReturnType<typeof countersOf>, occasion: Occasion): void {
  switch (occasion.kind) {
    case 'graded': {
      const { scenario, verdict, timings, checks } = occasion.report;
      counters.runs.inc({ outcome: 'recorded', scenario });
      counters.verdicts.inc({ verdict, scenario });
      counters.runSeconds.observe({ scenario }, occasion.durationMs / 1000);
      for (const [phase, ms] of Object.entries(timings))
        if (phase !== 'total') counters.phaseSeconds.observe({ phase }, ms / 1000);
      for (const { id } of checks.filter(({ tries = 1 }) => tries > 1))
        counters.flakes.inc({ scenario, check: id, outcome: 'decided' });
      return;
    }
    case 'not-graded':
      counters.runs.inc({ outcome: occasion.outcome, scenario: 'unknown' });
      return;
    case 'fault':
      counters.faults.inc({ scenario: occasion.scenario });
      if (occasion.check !== undefined)
        counters.flakes.inc({ scenario: occasion.scenario, check: occasion.check, outcome: 'undecided' });
      return;
    case 'canary':
      counters.canaries.inc({ outcome: occasion.passed ? 'passed' : 'failed' });
      if (occasion.passed) counters.lastCanary.setToCurrentTime();
      return;
  }
}

function countersOf(registry: Registry) {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[]): Counter<L> =>
    new Counter({ name, help, labelNames, registers });
  const seconds = <L extends string>(name: string, help: string, labelNames: L[], buckets: number[]) =>
    new Histogram({ name, help, labelNames, buckets, registers });
  return {
    runs: counter('labgrader_runs_total', 'Runs that ended here, by how they ended', ['outcome', 'scenario']),
    verdicts: counter('labgrader_verdicts_total', 'Verdicts that were recorded', ['verdict', 'scenario']),
    faults: counter('labgrader_faults_total', 'Faults of the grader, each of them tried again', ['scenario']),
    flakes: counter(
      'labgrader_check_flakes_total',
      'Checks that could not be decided at the first try: decided at the second, or the whole run tried again',
      ['scenario', 'check', 'outcome'],
    ),
    canaries: counter('labgrader_canaries_total', 'Proofs of the grader by labs with known verdicts', [
      'outcome',
    ]),
    lastCanary: new Gauge({
      name: 'labgrader_canary_last_passed_timestamp_seconds',
      help: 'When the grader last proved itself',
      registers,
    }),
    runSeconds: seconds('labgrader_run_seconds', 'Time from claim to result', ['scenario'], RUN_SECONDS),
    phaseSeconds: seconds('labgrader_phase_seconds', 'Time in a phase of a run', ['phase'], PHASE_SECONDS),
  };
}

function addGauges(registry: Registry, now: () => WorkerNow): void {
  const registers = [registry];
  const benches = new Gauge({
    name: 'labgrader_benches',
    help: 'Places for runs in this worker, by what they are at',
    labelNames: ['state'],
    registers,
    collect() {
      const { slots, busy } = now();
      benches.set({ state: 'busy' }, busy);
      benches.set({ state: 'free' }, Math.max(0, slots - busy));
    },
  });
  const takes = new Gauge({
    name: 'labgrader_worker_takes_runs',
    help: '1 while this worker takes runs: it has proved itself, its engine answers, and it is not ending',
    registers,
    collect() {
      takes.set(now().refusing === null ? 1 : 0);
    },
  });
  const up = new Gauge({
    name: 'labgrader_engine_up',
    help: '1 while the engine of this worker answers',
    registers,
    collect() {
      up.set(now().engineUp ? 1 : 0);
    },
  });
  const disk = new Gauge({
    name: 'labgrader_engine_disk_bytes',
    help: 'What the engine keeps on disk, by kind, as it said last',
    labelNames: ['kind'],
    registers,
    collect() {
      setDisk(disk, now().disk);
    },
  });
}

function setDisk(gauge: Gauge<'kind'>, disk: EngineDisk | null): void {
  if (disk === null) return;
  gauge.set({ kind: 'images' }, disk.imagesBytes);
  gauge.set({ kind: 'build-cache' }, disk.buildCacheBytes);
  gauge.set({ kind: 'containers' }, disk.containersBytes);
  gauge.set({ kind: 'volumes' }, disk.volumesBytes);
}
