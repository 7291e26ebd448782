import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSpecimens } from '../../../src/adapters/files/load-specimens.ts';
import { composeScenarios } from '../../../src/compose-grader.ts';
import type { FileSet } from '../../../src/core/file-set.ts';
import type { Scenario } from '../../../src/core/scenario-bundle.ts';

const SCENARIOS = fileURLToPath(new URL('../../../scenarios', import.meta.url));

export interface LabSolution {
  readonly scenario: Scenario;
  readonly files: FileSet;
}

/** A correct fix of a lab, the first one where none is named. @throws Error where there is none. */
export async function labSolution(lab: string, name: string): Promise<LabSolution> {
  const scenario = (await composeScenarios(SCENARIOS)).get(lab);
  if (scenario === undefined) throw new Error(`there is no lab ${lab}`);
  const specimens = await loadSpecimens(join(SCENARIOS, lab), scenario);
  const solutions = specimens.filter(({ kind }) => kind === 'solution');
  const solution = solutions.find((each) => each.name === name) ?? solutions[0];
  if (solution === undefined) throw new Error(`${lab} has no solution`);
  return { scenario, files: solution.files };
}
