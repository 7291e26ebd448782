import type { Scenario } from '../../core/scenario-bundle.ts';

/** The scenarios that this installation carries, loaded and checked. */
export interface Scenarios {
  all(): readonly Scenario[];
  find(id: string): Scenario | undefined;
  /** Lays the grader's planted files into a hand-out. */
  handout(scenario: Scenario): Scenario['starter'];
}
