import type { EvidenceOf } from '../core/evidence.ts';
import { ranIn, stepInstructions, type AlignedSteps } from './aligned-steps.ts';
import type { DependencyStep } from './dependency-step.ts';
import type { Instruction, Stage } from './dockerfile-stages.ts';
import { blameText, instructionText } from './layer-blame.ts';
import { clip } from '../core/clip.ts';

type Grid = EvidenceOf<'build-grid'>;

const MOST_STEPS = 60;

/** One build of the grid. `isEdited`: its sources were edited, and nothing else. */
export interface GridColumn {
  readonly title: string;
  readonly steps: AlignedSteps;
  readonly isEdited?: boolean;
}

/**
 * Step by step and build by build, what ran and what came from the cache. Where dependencies were installed again for
 * edited sources, the first row that ran is named: everything below it in its stage had to follow.
 */
export function buildGrid(
  columns: readonly GridColumn[],
  stages: readonly Stage[],
  dependency: DependencyStep | null,
): { readonly evidence: Grid; readonly firstBroken: string | null } {
  const rows = stepInstructions(stages).filter((row) => columns.some(({ steps }) => steps.has(row)));
  const installs = dependency === null || dependency.kind === 'absent' ? undefined : dependency.instruction;
  const broken = dependency?.kind === 'reinstalled' ? firstRan(columns, stages, installs) : undefined;
  const steps = rows.slice(0, MOST_STEPS).map((row) => ({
    name: rowName(row, stages),
    line: row.line,
    cells: columns.map((column) => cellOf(column.steps, row)),
    note: noteOf(row, broken, installs),
  }));
  return {
    evidence: { type: 'build-grid', builds: columns.map(({ title }) => title), steps },
    firstBroken:
      broken === undefined ? null : blameText({ line: broken.line, instruction: instructionText(broken) }),
  };
}

/** The uppermost step of the installing step's own stage that ran for edited sources. */
function firstRan(
  columns: readonly GridColumn[],
  stages: readonly Stage[],
  installs: Instruction | undefined,
): Instruction | undefined {
  const edited = columns.find(({ isEdited }) => isEdited === true)?.steps;
  const stage = stages.find(({ instructions }) => installs !== undefined && instructions.includes(installs));
  return edited === undefined ? undefined : stage?.instructions.find((row) => ranIn(edited, row));
}

function cellOf(steps: AlignedSteps, row: Instruction): Grid['steps'][number]['cells'][number] {
  const step = steps.get(row);
  if (step === undefined) return 'absent';
  return step.cached ? 'cached' : 'ran';
}

function rowName(row: Instruction, stages: readonly Stage[]): string {
  const stage = stages.find(({ instructions }) => instructions.includes(row));
  const prefix = stages.length > 1 && stage !== undefined ? `[${stage.name}] ` : '';
  return clip(`${prefix}${instructionText(row)}`, 160);
}

function noteOf(
  row: Instruction,
  broken: Instruction | undefined,
  installs: Instruction | undefined,
): string {
  if (row === broken) {
    return row === installs
      ? 'installs the dependencies, and reads the edited sources itself'
      : 'reads the edited sources, so it and every step below it ran again';
  }
  return row === installs ? 'installs the dependencies' : '';
}
