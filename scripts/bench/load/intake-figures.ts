import type { Figure } from '../measure.ts';
import { generateLoad, quantile } from './generate-load.ts';
import type { LoadJob, LoadResult } from './load-job.ts';
import { COURSE, type ServiceUnderLoad, residentMiB } from './service-under-load.ts';

const LEARNERS = 2_000;
const SECONDS = 12;
const RATE = 300;
const MOST_MS = 250;
const MIB = 1_048_576;

type Base = Pick<LoadJob, 'url' | 'path' | 'tokens' | 'body'>;

/** Submissions that are accepted a second, how long each takes, and what 200 archives at once take of memory. */
export async function intakeFigures(service: ServiceUnderLoad): Promise<readonly Figure[]> {
  const { learners } = await service.people(LEARNERS);
  const path = `/api/v1/courses/${COURSE}/assignments/port-bind/submissions`;
  const base: Base = { url: service.url, path, tokens: [...learners], body: { kind: 'project' } };
  // Compiles what is hot and opens the connections.
  await generateLoad({ ...base, clients: 50, seconds: 6 });
  const figures: Figure[] = [];
  for (const clients of [1, 50, 200]) {
    const result = await generateLoad({ ...base, clients, seconds: SECONDS });
    const rate = result.latencies.length / result.seconds;
    figures.push({
      name: `intake: submissions accepted a second, ${clients} ${clients === 1 ? 'client' : 'clients'} without a pause`,
      value: rate,
      text: `${rate.toFixed(0)} a second`,
      detail: latencyText(result),
      // One client waits for each answer: that is a time, not a rate.
      ...(clients === 50 && { target: { text: `≥ ${RATE} a second`, met: rate >= RATE } }),
    });
  }
  const paced = await generateLoad({ ...base, clients: 200, seconds: SECONDS, rate: RATE });
  const last = quantile(paced.latencies, 0.99);
  figures.push({
    name: `intake: 99th percentile while 200 clients together begin ${RATE} a second`,
    value: last,
    text: `${last.toFixed(0)} ms`,
    detail: latencyText(paced),
    target: { text: `≤ ${MOST_MS} ms`, met: last <= MOST_MS && refused(paced) === 0 },
  });
  figures.push(await memoryFigure(service, base));
  return figures;
}

async function memoryFigure(service: ServiceUnderLoad, base: Base): Promise<Figure> {
  await service.restartApi();
  const before = await residentMiB(service.apiProcess());
  let most = before;
  const body = { kind: 'slow-archive', bytes: MIB } as const;
  const result = await generateLoad({ ...base, clients: 200, seconds: SECONDS, body }, async () => {
    most = Math.max(most, await residentMiB(service.apiProcess()));
  });
  return {
    name: 'intake: memory of the API while 200 archives of 1 MiB stream in at once',
    value: most,
    text: `${most.toFixed(0)} MiB`,
    detail: `${before.toFixed(0)} MiB before; ${latencyText(result)}`,
  };
}

function refused({ statuses }: LoadResult): number {
  return Object.entries(statuses)
    .filter(([status]) => status !== '202')
    .reduce((sum, [, count]) => sum + count, 0);
}

function latencyText(result: LoadResult): string {
  const at = (part: number): string => quantile(result.latencies, part).toFixed(0);
  const others = refused(result) === 0 ? '' : `; not accepted: ${JSON.stringify(result.statuses)}`;
  return `${result.latencies.length} accepted; median ${at(0.5)} ms (${at(0.25)}–${at(0.75)}), 99th percentile ${at(0.99)} ms${others}`;
}
