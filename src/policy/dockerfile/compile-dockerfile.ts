import { adviseOn } from '../advice.ts';
import { quoted, type Findings, type Place } from '../findings.ts';
import type { BaseImages } from './base-image.ts';
import { judgeDirectives } from './directives.ts';
import { judgeInstruction } from './judge-instruction.ts';
import { readDockerfile, type DockerfileText, type Instruction } from './read-dockerfile.ts';
import { rewriteDockerfile } from './rewrite.ts';
import { learnVariables, newScope } from './stages.ts';
import { splitOnSpace, type Variables } from './words.ts';

const MOST_BYTES = 64 * 1024;
const MOST_INSTRUCTIONS = 200;
const MOST_STAGES = 16;

export interface DockerfileInput {
  /** Name for messages. */
  readonly file: string;
  readonly text: string;
  readonly buildArgs: Variables;
}

/** The Dockerfile as built, or undefined where it was refused. */
export function compileDockerfile(
  input: DockerfileInput,
  bases: BaseImages,
  findings: Findings,
): string | undefined {
  const top: Place = { file: input.file, line: 1, column: 1 };
  if (Buffer.byteLength(input.text) > MOST_BYTES) {
    findings.refuse(
      'dockerfile.size',
      top,
      `This Dockerfile is larger than ${MOST_BYTES / 1024} KiB, the most that is taken. Files belong beside it and come in by COPY.`,
    );
    return undefined;
  }
  if (!judgeCharacters(input, findings)) return undefined;
  const source = readDockerfile(input.text, input.file);
  const refusedBefore = findings.refusals.length;
  judgeShape(source, top, findings);
  judgeDirectives(source, findings);
  if (findings.refusals.length > refusedBefore) return undefined;

  const scope = newScope(source.escape, input.buildArgs);
  const around = { scope, stageNames: stageNamesOf(source), bases, findings };
  const rewrites = new Map<Instruction, string>();
  for (const instruction of source.instructions) {
    const text = judgeInstruction(instruction, around);
    if (text !== instruction.joined) rewrites.set(instruction, text);
    learnVariables(scope, instruction);
  }
  const built = rewriteDockerfile(source, rewrites);
  if (findings.refusals.length === refusedBefore && !readsTheSame(source, built)) {
    findings.refuse('dockerfile.unclear', top, UNCLEAR);
  }
  if (findings.refusals.length > refusedBefore) return undefined;
  adviseOn(source, findings);
  return built;
}

const UNCLEAR =
  'It isn’t clear where the instructions of this Dockerfile begin and end. Write each on lines of its own, and continue a line only with a single escape character at its very end.';

/** Characters that one reader takes for a line end or for space and another doesn't. */
function judgeCharacters({ file, text }: DockerfileInput, findings: Findings): boolean {
  const match = /\r(?!\r*\n|\r*$)|[\u0000\u000b\u000c\uFFFD]/.exec(text);
  if (!match) return true;
  const before = text.slice(0, match.index).split('\n');
  const at = { file, line: before.length, column: (before.at(-1) ?? '').length + 1 };
  const name = `U+${(match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  findings.refuse(
    'dockerfile.character',
    at,
    `Here stands a character (${name}) that doesn't belong in a Dockerfile: it looks like a space or a line end, or isn't UTF-8, and programs disagree on what it means. It often comes from copying out of a web page or a PDF. Type the line again.`,
  );
  return false;
}

function judgeShape(source: DockerfileText, top: Place, findings: Findings): void {
  for (const at of source.unclear) {
    findings.refuse(
      'dockerfile.heredoc',
      at,
      `${quoted('<<')} in this line may open a here-document, but its quotes or variables make it unclear where it ends. Use a plain word, such as ${quoted('<<EOF')}, or quote the whole argument.`,
    );
  }
  if (source.instructions.length === 0) {
    findings.refuse(
      'dockerfile.empty',
      top,
      'This Dockerfile has no instructions. An image begins with FROM, which names the image to build on.',
    );
  } else if (!source.instructions.some(({ keyword }) => keyword === 'FROM')) {
    const at = source.instructions[0]?.at ?? top;
    findings.refuse(
      'dockerfile.from.missing',
      at,
      'This Dockerfile has no FROM. Every image is built on another one (or on `scratch`), and FROM says on which.',
    );
  }
  tooMany(source.instructions, MOST_INSTRUCTIONS, 'instructions', 'dockerfile.instructions', findings);
  tooMany(
    source.instructions.filter(({ keyword }) => keyword === 'FROM'),
    MOST_STAGES,
    'stages',
    'dockerfile.stages',
    findings,
  );
}

function tooMany(
  instructions: readonly Instruction[],
  most: number,
  what: string,
  rule: string,
  findings: Findings,
): void {
  const first = instructions[most];
  if (first)
    findings.refuse(
      rule,
      first.at,
      `This Dockerfile has ${instructions.length} ${what}; ${most} are the most that is taken.`,
    );
}

function stageNamesOf(source: DockerfileText): ReadonlySet<string> {
  const names = source.instructions
    .filter(({ keyword }) => keyword === 'FROM')
    .map(({ args }) => splitOnSpace(args))
    .map(([, as, name]) => (as?.toLowerCase() === 'as' ? (name ?? '') : ''));
  return new Set(names.filter((name) => name !== '').map((name) => name.toLowerCase()));
}

/** Read again, the rewritten text must hold the same instructions on the same lines, and no directive but `escape`. */
function readsTheSame(source: DockerfileText, built: string): boolean {
  const again = readDockerfile(built, source.file);
  return (
    again.escape === source.escape &&
    again.directives.every(({ name }) => name === 'escape') &&
    shapeOf(again.instructions) === shapeOf(source.instructions)
  );
}

function shapeOf(instructions: readonly Instruction[]): string {
  return instructions.map(({ keyword, at, heredocs }) => `${keyword} ${at.line} ${heredocs}`).join('\n');
}
