import type { BuildStep } from '../app/ports/bench.ts';
import type { EvidenceOf } from '../core/evidence.ts';
import type { DependencyStep } from './dependency-step.ts';
import { instructionOf, type Stage } from './dockerfile-stages.ts';
import { clip } from './outcome.ts';
import { isFrom, sameStep, stepIn } from './same-step.ts';

type Grid = EvidenceOf<'build-grid'>;

const MOST_STEPS = 60;

/** The column of the build with edited sources. */
const EDITED = 2;

/**
 * Step by step and build by build, what ran and what came from the cache. Where dependencies were installed again for
 * edited sources, the first row that ran is named: everything below it in its stage had to follow.
 */
export function buildGrid(
  columns: { readonly builds: readonly string[]; readonly steps: readonly (readonly BuildStep[])[] },
  stages: readonly Stage[],
  dependency: DependencyStep | null,
): { readonly evidence: Grid; readonly firstBroken: string | null } {
  const rows = allSteps(columns.steps);
  const installs = dependency === null || dependency.kind === 'absent' ? undefined : dependency.step;
  const broken =
    dependency?.kind === 'reinstalled' && installs !== undefined
      ? rows.find(
          (step) =>
            step.stage === installs.stage && stepIn(columns.steps[EDITED] ?? [], step)?.cached === false,
        )
      : undefined;
  const steps = rows.slice(0, MOST_STEPS).map((step) => ({
    name: clip(step.name, 160),
    line: instructionOf(stages, step)?.line ?? null,
    cells: columns.steps.map((build) => cellOf(stepIn(build, step))),
    note: noteOf(step, broken, installs),
  }));
  return {
    evidence: { type: 'build-grid', builds: [...columns.builds], steps },
    firstBroken: broken === undefined ? null : rowName(broken, stages),
  };
}

/** Every step that some build has, in the order of the first build that has it. */
function allSteps(builds: readonly (readonly BuildStep[])[]): readonly BuildStep[] {
  const rows: BuildStep[] = [];
  for (const step of builds.flat()) {
    if (!isFrom(step) && !rows.some((row) => sameStep(row, step))) rows.push(step);
  }
  return rows;
}

function cellOf(step: BuildStep | undefined): Grid['steps'][number]['cells'][number] {
  if (step === undefined) return 'absent';
  return step.cached ? 'cached' : 'ran';
}

function noteOf(step: BuildStep, broken: BuildStep | undefined, installs: BuildStep | undefined): string {
  const isInstall = installs !== undefined && sameStep(step, installs);
  if (broken !== undefined && sameStep(step, broken)) {
    return isInstall
      ? 'installs the dependencies, and reads the edited sources itself'
      : 'reads the edited sources, so it and every step below it ran again';
  }
  return isInstall ? 'installs the dependencies' : '';
}

function rowName(step: BuildStep, stages: readonly Stage[]): string {
  const line = instructionOf(stages, step)?.line;
  return `${line === undefined ? '' : `line ${line}, `}\`${clip(step.name, 100)}\``;
}
