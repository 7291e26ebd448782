import type { DockerfileText, Instruction } from './read-dockerfile.ts';

/** New text of instructions, each as one line. */
export type Rewrites = ReadonlyMap<Instruction, string>;

/**
 * The Dockerfile with some instructions replaced. Every instruction keeps its line number, so that what the builder
 * says of a line fits the learner's file: a replaced instruction takes its first line and leaves the others empty.
 */
export function rewriteDockerfile(source: DockerfileText, rewrites: Rewrites): string {
  const lines = [...source.lines];
  blankHead(lines, source);
  for (const [instruction, text] of rewrites) {
    lines[instruction.at.line - 1] = text;
    for (let line = instruction.at.line; line < instruction.lastLine; line++) lines[line] = '';
  }
  return `${lines.join('\n')}\n`;
}

/**
 * Comments above the first instruction are where `# syntax=` and `# check=` live. They go, whatever their spelling,
 * and `# escape=` is written anew, so that every version of the builder reads the file with the same escape.
 */
function blankHead(lines: string[], source: DockerfileText): void {
  const first = source.instructions[0]?.at.line ?? lines.length + 1;
  for (let line = 0; line < first - 1; line++) lines[line] = '#';
  if (source.escape !== '\\' && first > 1) lines[0] = `# escape=${source.escape}`;
}
