import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { z } from 'zod';
import { PROJECT } from '../steps/project.ts';
import { countsFileOf } from '../steps/run-step.ts';
import type { TestResult } from './scorecard.ts';

const Results = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** What the last run of these steps' tests left; nothing of a step that hasn't run here. */
export async function lastResults(steps: readonly string[]): Promise<readonly TestResult[]> {
  const all: TestResult[] = [];
  for (const step of steps) {
    const text = await readFile(countsFileOf(step), 'utf8').catch(() => null);
    if (text === null) continue;
    for (const { name, assertionResults } of Results.parse(JSON.parse(text)).testResults) {
      const file = relative(PROJECT, name);
      for (const { fullName, status } of assertionResults)
        all.push({ file, title: fullName, passed: status === 'passed' });
    }
  }
  return all;
}
