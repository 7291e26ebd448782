import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadScenarios } from '../../../src/adapters/files/load-scenarios.ts';
import { loadSpecimens } from '../../../src/adapters/files/load-specimens.ts';
import { CHECK_KINDS } from '../../../src/checks/kinds.ts';
import { digestOf, textOf } from '../../../src/core/file-set.ts';

const FOLDER = fileURLToPath(new URL('../../../scenarios', import.meta.url));
const scenarios = [...(await loadScenarios(FOLDER, CHECK_KINDS)).values()];

describe.each(scenarios)('the lab $id', (scenario) => {
  it('hands out a project that plain Docker can build', () => {
    const dockerfile = textOf(scenario.starter, 'Dockerfile') ?? '';

    expect(dockerfile).toMatch(/^FROM python:3\.11/m);
    expect([...scenario.starter.keys()]).toEqual(
      expect.arrayContaining(['requirements.txt', 'src/appcore/api/app.py', 'src/appcore/build_id.py']),
    );
  });

  it('proves itself with solutions and wrong fixes, all different from each other', async () => {
    const specimens = await loadSpecimens(join(FOLDER, scenario.id), scenario);

    expect(specimens.filter(({ kind }) => kind === 'solution').length).toBeGreaterThanOrEqual(4);
    expect(specimens.filter(({ kind }) => kind === 'wrong').length).toBeGreaterThanOrEqual(6);
    expect(new Set(specimens.map(({ files }) => digestOf(files))).size).toBe(specimens.length);
  });

  it('has a hint for each check that tells where to look', () => {
    const hints = scenario.checks.flatMap((check) => Object.values(check.hints));

    expect(hints.every((hint) => hint.length > 20)).toBe(true);
  });
});
