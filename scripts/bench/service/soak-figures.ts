import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { startService } from '../load/service-under-load.ts';
import { type Figure, spreadOf } from '../measure.ts';
import type { Machine } from '../parts.ts';
import { startGradingWorker } from './start-grading-worker.ts';
import { keepWorking } from './steady-work.ts';

const SLOTS = 2;
const MOST_GROWTH = 0.05;
/** Samples over the whole time. */
const SAMPLES = 60;
const MIB = 1_048_576;
const PRELOADED = fileURLToPath(new URL('tell-memory.ts', import.meta.url));

/** What a process told of its memory with all garbage collected. */
const Sample = z.object({ rss: z.number(), heapUsed: z.number(), external: z.number() });
type Sample = z.infer<typeof Sample>;

/**
 * Memory of API and worker over `minutes` of work. The first third warms up; of the rest, the first quarter of the
 * samples is compared with the last one.
 */
export async function soakFigures(machine: Machine, minutes: number): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'labgrader-bench-memory-'));
  const environment = { NODE_OPTIONS: `--import tsx --import ${PRELOADED}`, BENCH_MEMORY_FOLDER: folder };
  try {
    await using service = await startService(machine.databaseUrl, machine.redisUrl, environment);
    await using worker = await startGradingWorker(service, machine.engineHost, SLOTS, environment);
    const api = { name: 'API', socket: join(folder, String(service.apiProcess())) };
    const grader = { name: 'worker', socket: join(folder, String(worker.processId)) };
    const over = new AbortController();
    // One learner more than slots, so that a run always waits.
    const work = keepWorking(service, SLOTS + 1, over.signal);
    const watching = Promise.all(
      [api, grader].map(async ({ name, socket }) => ({ name, samples: await samplesOf(socket, minutes) })),
    );
    watching.catch(() => undefined);
    // Work that fails ends the measuring: what is measured then is nothing.
    const watched = await Promise.race([watching, work.then(() => watching)]).finally(() => {
      over.abort();
    });
    const verdicts = await work;
    return watched.map(({ name, samples }) => memoryFigure(name, samples, minutes, verdicts));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function memoryFigure(name: string, samples: readonly Sample[], minutes: number, verdicts: number): Figure {
  const warm = samples.slice(Math.floor(samples.length / 3));
  const part = Math.max(1, Math.floor(warm.length / 4));
  const [before, after] = [warm.slice(0, part), warm.slice(-part)];
  const held = (some: readonly Sample[]): number =>
    spreadOf(some.map(({ heapUsed, external }) => (heapUsed + external) / MIB)).median;
  const resident = (some: readonly Sample[]): number => spreadOf(some.map(({ rss }) => rss / MIB)).median;
  const growth = held(after) / held(before) - 1;
  return {
    name: `soak: growth of what the ${name} holds in ${minutes} min of work`,
    value: growth,
    text: `${growth >= 0 ? '+' : '−'}${Math.abs(growth * 100).toFixed(1)} %`,
    detail: `heap and buffers after a forced collection ${held(before).toFixed(1)} → ${held(after).toFixed(1)} MiB; resident ${resident(before).toFixed(0)} → ${resident(after).toFixed(0)} MiB; ${verdicts} verdicts`,
    target: { text: `≤ ${MOST_GROWTH * 100} %`, met: growth <= MOST_GROWTH },
  };
}

async function samplesOf(socket: string, minutes: number): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) {
    await sleep((minutes * 60_000) / SAMPLES);
    samples.push(Sample.parse(JSON.parse((await buffer(connect(socket))).toString())));
  }
  return samples;
}
