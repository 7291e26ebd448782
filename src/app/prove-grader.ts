import { randomUUID } from 'node:crypto';
import { GraderFault } from '../core/grader-fault.ts';
import type { Scenario, Specimen } from '../core/scenario-bundle.ts';
import type { Grader } from './ports/grader.ts';

/** A lab whose verdicts are known: its starter, a solution and a wrong fix. */
export interface Canary {
  readonly scenario: Scenario;
  readonly specimens: readonly Specimen[];
}

/**
 * Grades a lab whose verdicts are known, before learners' work is trusted to this grader. Says what came out otherwise,
 * or undefined where everything is as it must be.
 * @throws whatever `signal` was aborted with.
 */
export async function proveGrader(
  grade: Grader,
  { scenario, specimens }: Canary,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const { name, files, expectedVerdict } of specimens) {
    const job = { runId: `canary-${randomUUID().slice(0, 8)}`, scenario, files };
    try {
      const { verdict, summary } = await grade(job, () => undefined, signal);
      if (verdict !== expectedVerdict) {
        return `the canary ${scenario.id}/${name} came out as ${verdict}, not ${expectedVerdict}: ${summary}`;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GraderFault)) throw error;
      return `the canary ${scenario.id}/${name} could not be graded: ${error.message}`;
    }
  }
  return undefined;
}

/** The smallest set that proves both ways: the starter, one solution, one wrong fix. */
export function canaryOf(scenario: Scenario, all: readonly Specimen[]): Canary {
  const specimens = (['solution', 'starter', 'wrong'] as const).flatMap(
    (kind) => all.find((specimen) => specimen.kind === kind) ?? [],
  );
  return { scenario, specimens };
}
