import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openMetrics } from '../../../src/adapters/metrics/metrics.ts';

const FOLDER = new URL('../../../docs/monitoring/', import.meta.url);
const Rules = z.object({ groups: z.array(z.object({ rules: z.array(z.object({ expr: z.string() })) })) });
const Dashboard = z.object({
  panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })) })),
});

describe('the monitoring examples', () => {
  it('name metrics that the API tells', async () => {
    const text = await openMetrics(() => Promise.resolve({ queued: 1, running: 2, faults: 3 })).text();
    const rules = Rules.parse(parse(await readFile(new URL('alerts.yml', FOLDER), 'utf8')));
    const dashboard = Dashboard.parse(JSON.parse(await readFile(new URL('dashboard.json', FOLDER), 'utf8')));
    const expressions = [
      ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ];
    const named = expressions.flatMap(
      (expr) => expr.match(/\b(?:labgrader|nodejs|process)_[a-z0-9_]+/g) ?? [],
    );

    expect(named.length).toBeGreaterThan(5);
    expect([...new Set(named)].filter((name) => !text.includes(`# TYPE ${name} `))).toEqual([]);
  });
});
