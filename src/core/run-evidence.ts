import { clip } from './clip.ts';
import type { EvidenceOf } from './evidence.ts';
import { meaningOfExit, type Exit } from './exit-code.ts';

const MOST_LINES = 40;
const MOST_LINE_CHARACTERS = 500;
const MOST_WORDS = 60;

/** How a container ended, and what it had been told to run. */
export function exitEvidence(
  state: Exit & { readonly argv: readonly string[]; readonly ranForMs: number | null },
): EvidenceOf<'exit'> {
  return {
    type: 'exit',
    exitCode: state.exitCode,
    meaning: meaningOfExit(state),
    oomKilled: state.oomKilled,
    argv: state.argv.slice(0, MOST_WORDS).map((word) => clip(word, MOST_LINE_CHARACTERS)),
    ranForMs: state.ranForMs,
  };
}

/** The last lines of a log. */
export function logEvidence(
  log: { readonly lines: readonly string[]; readonly truncated: boolean },
  title = 'Last log lines',
): EvidenceOf<'log'> {
  return {
    type: 'log',
    title,
    lines: log.lines.slice(-MOST_LINES).map((line) => clip(line, MOST_LINE_CHARACTERS)),
    truncated: log.truncated || log.lines.length > MOST_LINES,
  };
}
