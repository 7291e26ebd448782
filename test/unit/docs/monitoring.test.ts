import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApiMetrics } from '../../../src/adapters/metrics/api-metrics.ts';
import { openWorkerMetrics } from '../../../src/adapters/metrics/worker-metrics.ts';

const FOLDER = new URL('../../../docs/monitoring/', import.meta.url);
const Rules = z.object({ groups: z.array(z.object({ rules: z.array(z.object({ expr: z.string() })) })) });
const Dashboard = z.object({
  panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })) })),
});

/** Everything that an API and a worker tell. */
async function served(): Promise<string> {
  const counts = { queued: 1, running: 2, faults: 3, oldestQueuedAt: new Date() };
  const now = { slots: 2, busy: 1, refusing: null, engineUp: true, disk: null };
  const api = openApiMetrics(() => Promise.resolve(counts)).text();
  return `${await api}\n${await openWorkerMetrics(() => now).text()}`;
}

function metricsIn(text: string): readonly string[] {
  const found = text.match(/\b(?:labgrader|nodejs|process)_[a-z0-9_]+/g) ?? [];
  // A histogram is asked for by its parts.
  return [...new Set(found.map((name) => name.replace(/_(bucket|sum|count)$/, '')))];
}

describe('the monitoring examples', () => {
  it('name metrics that the API or a worker tells', async () => {
    const text = await served();
    const rules = Rules.parse(parse(await readFile(new URL('alerts.yml', FOLDER), 'utf8')));
    const dashboard = Dashboard.parse(JSON.parse(await readFile(new URL('dashboard.json', FOLDER), 'utf8')));
    const expressions = [
      ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ];

    const named = metricsIn(expressions.join('\n'));

    expect(named.length).toBeGreaterThan(12);
    expect(named.filter((name) => !text.includes(`# TYPE ${name} `))).toEqual([]);
  });

  it('are explained together with every other metric of ours', async () => {
    const ours = metricsIn(await served()).filter((name) => name.startsWith('labgrader_'));
    const readme = await readFile(new URL('README.md', FOLDER), 'utf8');

    expect(ours.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
    expect(metricsIn(readme).filter((name) => name.startsWith('labgrader_') && !ours.includes(name))).toEqual(
      [],
    );
  });
});
