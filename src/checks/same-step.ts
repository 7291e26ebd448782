import type { BuildStep } from '../app/ports/bench.ts';

/** Are these the same step of two builds of one Dockerfile? */
export function sameStep(a: BuildStep, b: BuildStep): boolean {
  return a.stage === b.stage && a.index === b.index;
}

/** A step's row in one build: what came of it there. */
export function stepIn(steps: readonly BuildStep[], step: BuildStep): BuildStep | undefined {
  return steps.find((other) => sameStep(other, step));
}

/** Did the step run in that build? False where it came from the cache or wasn't needed. */
export function ranIn(steps: readonly BuildStep[], step: BuildStep): boolean {
  return stepIn(steps, step)?.cached === false;
}

/** FROM only names a base: whether the builder calls it cached says nothing. */
export function isFrom(step: BuildStep): boolean {
  return /^\s*FROM\b/i.test(step.instruction);
}
