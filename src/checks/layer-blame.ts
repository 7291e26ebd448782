import type { ImageLayer } from '../app/ports/bench.ts';
import { clip } from '../core/clip.ts';
import { lineage, type Instruction, type Stage } from './dockerfile-stages.ts';

/** Where in the learner's Dockerfile a layer comes from. */
export interface Blame {
  /** First line of the instruction; null where none could be found, or where the base image brought the layer. */
  readonly line: number | null;
  /** As written in the Dockerfile where it was found, else as the image's history tells. */
  readonly instruction: string;
  readonly source?: Instruction;
}

/** For each layer, in order, the instruction of `final` or of a stage it continues that made it. */
export function blameLayers(
  stages: readonly Stage[],
  final: Stage | undefined,
  layers: readonly ImageLayer[],
): readonly Blame[] {
  const instructions =
    final === undefined ? [] : lineage(stages, final).flatMap((stage) => stage.instructions);
  let from = 0;
  return layers.map((layer) => {
    const history = historyText(layer.createdBy);
    const unfound = { line: null, instruction: clip(history, MOST_CHARACTERS) };
    if (layer.fromBase) return unfound;
    const at = matchFrom(instructions, from, history);
    const source = instructions[at];
    if (source === undefined) return unfound;
    from = at + 1;
    return {
      line: source.line,
      instruction: instructionText(source),
      source,
    };
  });
}

/** An instruction on one line, bounded. */
export function instructionText({ keyword, text }: Instruction): string {
  return clip(`${keyword} ${text.replace(/\s+/g, ' ')}`, MOST_CHARACTERS);
}

/** How a message names the place: ``line 7 (`COPY . .`)``. */
export function blameText(blame: Blame): string {
  const code = `\`${clip(blame.instruction, 80)}\``;
  return blame.line === null ? code : `line ${blame.line} (${code})`;
}

const MOST_CHARACTERS = 200;

/** The history's line without what the builder adds: `RUN |1 A=b /bin/sh -c pip … # buildkit` → `RUN pip …`. */
function historyText(createdBy: string): string {
  const text = createdBy.replace(/\s*# buildkit$/, '').replace(/^\/bin\/sh -c #\(nop\)\s+/, '');
  const run = /^RUN (?:\|\d+ .*?)?\/bin\/sh -c ([\s\S]*)$/.exec(text);
  return run === null ? text : `RUN ${run[1] ?? ''}`;
}

/** Layers stand in the order of their instructions, so the search never goes back. */
function matchFrom(instructions: readonly Instruction[], from: number, history: string): number {
  const keyword = /^(\w+)/.exec(history)?.[1]?.toUpperCase() ?? '';
  const text = squashed(history.slice(keyword.length));
  const sameText = instructions.findIndex(
    (instruction, index) =>
      index >= from && instruction.keyword === keyword && isSameText(squashed(instruction.text), text),
  );
  if (sameText !== -1) return sameText;
  // Variables are written out in the history, and a RUN in exec form looks different there.
  return instructions.findIndex((instruction, index) => index >= from && instruction.keyword === keyword);
}

function isSameText(written: string, history: string): boolean {
  if (written === history) return true;
  // `--from` and `--mount` don't appear in the history.
  const tail = written.replace(/^(?:--[a-z]+=[^/.]*)*/, '');
  return history !== '' && (written.endsWith(history) || (tail !== '' && history.endsWith(tail)));
}

function squashed(text: string): string {
  return text.replace(/[\s\\]+/g, '');
}
