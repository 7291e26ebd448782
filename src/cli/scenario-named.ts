import { fileURLToPath } from 'node:url';
import { composeScenarios } from '../compose-grader.ts';
import { Refusal } from '../core/refusal.ts';
import type { Scenario } from '../core/scenario-bundle.ts';

const SCENARIOS = fileURLToPath(new URL('../../scenarios', import.meta.url));

/** @throws Refusal `scenario-unknown` with the names that there are. */
export async function scenarioNamed(id: string): Promise<Scenario> {
  const scenarios = await composeScenarios(SCENARIOS);
  const scenario = scenarios.get(id);
  if (scenario !== undefined) return scenario;
  throw new Refusal('scenario-unknown', `There is no scenario ${JSON.stringify(id.slice(0, 80))}.`, {
    wayOut: `There are: ${[...scenarios.keys()].join(', ')}.`,
  });
}
