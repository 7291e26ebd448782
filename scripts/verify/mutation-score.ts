import type { Scenario } from '../../src/core/scenario-bundle.ts';
import type { Trial } from './grade-specimens.ts';

export interface MutationScore {
  readonly scenario: string;
  readonly check: string;
  /** Wrong fixes and starters that fail it. */
  readonly caught: number;
  /** Those that no other check fails. */
  readonly aloneCaught: number;
  /** Empty where the check has proved itself. */
  readonly wrong: string;
}

/** How many wrong fixes each check catches, and how many it alone does. */
export function mutationScores(
  scenarios: readonly Scenario[],
  trials: readonly Trial[],
): readonly MutationScore[] {
  return scenarios.flatMap((scenario) => {
    const wrongFixes = trials.filter(
      (trial) => trial.scenario === scenario && trial.specimen.kind !== 'solution',
    );
    return scenario.checks.map((check) => {
      const caught = wrongFixes.filter(({ failedChecks }) => failedChecks.includes(check.id));
      const alone = caught.filter(({ failedChecks }) => failedChecks.length === 1);
      const proved = alone.length > 0 || (caught.length > 0 && check.justification !== undefined);
      return {
        scenario: scenario.id,
        check: check.id,
        caught: caught.length,
        aloneCaught: alone.length,
        wrong: proved
          ? ''
          : caught.length === 0
            ? 'no wrong fix exercises it'
            : 'never alone, and no justification',
      };
    });
  });
}
