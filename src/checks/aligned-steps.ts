import type { BuildStep } from '../app/ports/bench.ts';
import { lineage, type Instruction, type Stage } from './dockerfile-stages.ts';

/** The steps of one build by the instruction of the Dockerfile that each carried out. */
export type AlignedSteps = ReadonlyMap<Instruction, BuildStep>;

/**
 * Finds each step's instruction. Stage and position alone won't do: builds that go on at the same time share equal
 * steps, and the builder calls such a step by its place in the other Dockerfile. Its text is the same in both.
 */
export function alignSteps(stages: readonly Stage[], steps: readonly BuildStep[]): AlignedSteps {
  const places = placesOf(stages);
  const aligned = new Map<Instruction, BuildStep>();
  const open = new Set(steps);
  for (const isMatch of [isSamePlaceAndText, isSameStageAndText, isSameText, isSamePlace]) {
    for (const step of open) {
      const place = places.find(
        (candidate) => !aligned.has(candidate.instruction) && isMatch(candidate, step),
      );
      if (place === undefined) continue;
      aligned.set(place.instruction, step);
      open.delete(step);
    }
  }
  return aligned;
}

/** The instructions that are steps of a build, in the Dockerfile's order. */
export function stepInstructions(stages: readonly Stage[]): readonly Instruction[] {
  return placesOf(stages).map((place) => place.instruction);
}

/** Did the step run in that build? False where it came from the cache or wasn't needed. */
export function ranIn(steps: AlignedSteps, instruction: Instruction): boolean {
  return steps.get(instruction)?.cached === false;
}

interface Place {
  readonly instruction: Instruction;
  readonly text: string;
  readonly stage: string;
  readonly isOnlyStage: boolean;
  /** As the builder counts, from 1. */
  readonly index: number;
}

const COUNTED: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

function placesOf(stages: readonly Stage[]): readonly Place[] {
  return stages.flatMap((stage) => {
    // FROM is a step, but not where a stage continues another one or starts from nothing.
    const before = stage.base !== 'scratch' && lineage(stages, stage).length === 1 ? 1 : 0;
    return stage.instructions
      .filter(({ keyword }) => COUNTED.has(keyword))
      .map((instruction, position) => ({
        instruction,
        text: squashed(`${instruction.keyword}${instruction.text}`),
        stage: stage.name,
        isOnlyStage: stages.length === 1,
        index: before + position + 1,
      }));
  });
}

function isSameText({ text }: Place, step: BuildStep): boolean {
  return squashed(step.instruction) === text;
}

function isSameStageAndText(place: Place, step: BuildStep): boolean {
  return isSameStage(place, step) && isSameText(place, step);
}

function isSamePlaceAndText(place: Place, step: BuildStep): boolean {
  return isSameStageAndText(place, step) && step.index === place.index;
}

/** Variables are written out in the names of steps, so their text may differ. */
function isSamePlace(place: Place, step: BuildStep): boolean {
  const keyword = /^\s*(\w+)/.exec(step.instruction)?.[1]?.toUpperCase();
  return isSameStage(place, step) && step.index === place.index && keyword === place.instruction.keyword;
}

/** The builder leaves out the name of a stage that is the only one. */
function isSameStage(place: Place, step: BuildStep): boolean {
  return step.stage.toLowerCase() === place.stage || (step.stage === '' && place.isOnlyStage);
}

/** Without blanks and line ends; heredocs follow their first line in a step's name. */
function squashed(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/[\s\\]+/g, '').toLowerCase();
}
