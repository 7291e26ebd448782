import type { Place } from '../findings.ts';
import { heredocsOf } from './heredocs.ts';
import { isSpace, trimSpace, trimStart } from './words.ts';

/**
 * Reads a Dockerfile line by line exactly as BuildKit does (moby/buildkit `frontend/dockerfile/parser`). A library
 * for editors isn't enough here: dockerfile-ast takes a lone carriage return for a line end and doesn't see an
 * instruction behind a vertical tab or a no-break space, and whatever the builder runs and the policy doesn't see
 * is a hole.
 */
export interface DockerfileText {
  readonly file: string;
  readonly lines: readonly string[];
  /** `\` or the backtick that `# escape=` asks for. */
  readonly escape: string;
  readonly directives: readonly Directive[];
  readonly instructions: readonly Instruction[];
  /** Instructions of which it isn't clear where they end. */
  readonly unclear: readonly Place[];
}

export interface Directive {
  readonly name: string;
  readonly value: string;
  readonly at: Place;
}

export interface Instruction {
  /** In capitals, whatever the file has. */
  readonly keyword: string;
  readonly flags: readonly Flag[];
  /** What follows the flags, continuation lines joined. */
  readonly args: string;
  /** The whole instruction as one line. */
  readonly joined: string;
  readonly at: Place;
  /** Where the arguments begin. */
  readonly argsAt: Place;
  /** Last line before its here-documents, from 1. */
  readonly lastLine: number;
  readonly heredocs: number;
}

export interface Flag {
  /** Without the two hyphens. */
  readonly name: string;
  readonly value: string;
  /** As written, `--name=value`. */
  readonly text: string;
  readonly at: Place;
}

export function readDockerfile(text: string, file: string): DockerfileText {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  // A file that ends in a line feed has no further line.
  if (lines.at(-1) === '') lines.pop();
  const cursor: Cursor = { file, lines, at: 0 };
  const directives = readDirectives(cursor);
  const escape = directives.find((directive) => directive.name === 'escape')?.value ?? '\\';
  const instructions: Instruction[] = [];
  const unclear: Place[] = [];
  while (cursor.at < lines.length) {
    const joined = readLogicalLine(cursor, escape);
    if (!joined) continue;
    const instruction = toInstruction(joined, file, escape);
    const heredocs = mayHoldHeredocs(instruction) ? heredocsOf(joined.text) : [];
    if (heredocs === 'unclear') {
      unclear.push(instruction.at);
    } else {
      for (const heredoc of heredocs) skipBody(cursor, heredoc.name, heredoc.chomp);
    }
    instructions.push({ ...instruction, heredocs: heredocs === 'unclear' ? 0 : heredocs.length });
  }
  return { file, lines, escape, directives, instructions, unclear };
}

/** Reads an instruction that stands behind another one, as after ONBUILD. */
export function readInstruction(text: string, at: Place, escape: string): Instruction {
  const joined = { text, stretches: [{ from: 0, line: at.line, column: at.column }], lastLine: at.line };
  return { ...toInstruction(joined, at.file, escape), heredocs: 0 };
}

interface Cursor {
  readonly file: string;
  readonly lines: readonly string[];
  at: number;
}

/** A logical line, and where each stretch of it comes from. */
interface JoinedLine {
  readonly text: string;
  readonly stretches: readonly { readonly from: number; readonly line: number; readonly column: number }[];
  readonly lastLine: number;
}

function readDirectives(cursor: Cursor): Directive[] {
  const directives: Directive[] = [];
  for (const [index, line] of cursor.lines.entries()) {
    // A shebang and anything else ends the directives; the builder reads them again after `#!`, and so do we.
    if (index === 0 && line.startsWith('#!')) continue;
    const match = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/.exec(trimStart(withoutLineEnd(line)));
    const name = match?.[1]?.toLowerCase() ?? '';
    if (!match || !['syntax', 'escape', 'check'].includes(name)) break;
    directives.push({ name, value: match[2] ?? '', at: { file: cursor.file, line: index + 1, column: 1 } });
  }
  return directives;
}

function readLogicalLine(cursor: Cursor, escape: string): JoinedLine | undefined {
  const raw = withoutLineEnd(cursor.lines[cursor.at] ?? '');
  const first = trimStart(raw);
  cursor.at++;
  if (first === '' || first.startsWith('#')) return undefined;
  const stretches = [{ from: 0, line: cursor.at, column: raw.length - first.length + 1 }];
  let continued = continuation(first, escape);
  let text = continued ?? first;
  let lastLine = cursor.at;
  while (continued !== undefined && cursor.at < cursor.lines.length) {
    const next = withoutLineEnd(cursor.lines[cursor.at] ?? '');
    cursor.at++;
    lastLine = cursor.at;
    const content = trimStart(next);
    if (content === '' || content.startsWith('#')) continue;
    continued = continuation(next, escape);
    stretches.push({ from: text.length, line: cursor.at, column: 1 });
    text += continued ?? next;
  }
  return text === '' ? undefined : { text, stretches, lastLine };
}

/** The line without its continuation mark, or undefined where it has none. */
function continuation(line: string, escape: string): string | undefined {
  const trimmed = line.replace(/[ \t]+$/, '');
  if (!trimmed.endsWith(escape)) return undefined;
  const before = trimmed.slice(0, -1);
  // An escaped escape character at the end is a character, not a continuation.
  return before.endsWith(escape) ? undefined : before;
}

function toInstruction(joined: JoinedLine, file: string, escape: string): Omit<Instruction, 'heredocs'> {
  const keyword = /^[^\t\v\f\r ]+/.exec(joined.text)?.[0] ?? '';
  const afterKeyword =
    keyword.length + (/^[\t\v\f\r ]+/.exec(joined.text.slice(keyword.length))?.[0].length ?? 0);
  const flags: Flag[] = [];
  let at = afterKeyword;
  for (;;) {
    while (/[\t\v\f\r ]/.test(joined.text.charAt(at))) at++;
    if (!joined.text.startsWith('--', at)) break;
    const word = flagWord(joined.text.slice(at), escape);
    if (word === '--') {
      at += 2;
      break;
    }
    flags.push(toFlag(word, placeOf(joined, at, file)));
    at += word.length;
  }
  return {
    keyword: trimSpace(keyword).toUpperCase(),
    flags,
    args: trimSpace(joined.text.slice(at)),
    joined: joined.text,
    at: placeOf(joined, 0, file),
    argsAt: placeOf(joined, at, file),
    lastLine: joined.lastLine,
  };
}

/** Up to the next white space outside of quotes. */
function flagWord(text: string, escape: string): string {
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === escape) at++;
    else if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (isSpace(character)) return text.slice(0, at);
  }
  return text;
}

function toFlag(text: string, at: Place): Flag {
  const equals = text.indexOf('=');
  const end = equals < 0 ? text.length : equals;
  return { name: text.slice(2, end), value: text.slice(end + 1), text, at };
}

function placeOf(joined: JoinedLine, offset: number, file: string): Place {
  const stretch = joined.stretches.findLast((candidate) => candidate.from <= offset);
  if (!stretch) return { file, line: 1, column: 1 };
  return { file, line: stretch.line, column: stretch.column + offset - stretch.from };
}

function mayHoldHeredocs(instruction: Pick<Instruction, 'keyword' | 'args'>): boolean {
  const keyword =
    instruction.keyword === 'ONBUILD'
      ? (/^[^\t\v\f\r ]+/.exec(instruction.args)?.[0] ?? '').toUpperCase()
      : instruction.keyword;
  return ['RUN', 'COPY', 'ADD'].includes(keyword) && jsonWords(onbuildArgs(instruction)) === undefined;
}

function onbuildArgs({ keyword, args }: Pick<Instruction, 'keyword' | 'args'>): string {
  return keyword === 'ONBUILD' ? args.replace(/^[^\t\v\f\r ]+[\t\v\f\r ]*/, '') : args;
}

/** The strings of the exec form, `["a", "b"]`, or undefined where it is the shell form. */
export function jsonWords(args: string): readonly string[] | undefined {
  if (!args.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(args);
    if (!Array.isArray(value)) return undefined;
    const words: unknown[] = value;
    return words.every((word) => typeof word === 'string') ? words : undefined;
  } catch {
    return undefined;
  }
}

function skipBody(cursor: Cursor, name: string, chomp: boolean): void {
  while (cursor.at < cursor.lines.length) {
    const line = withoutLineEnd(cursor.lines[cursor.at] ?? '');
    cursor.at++;
    if ((chomp ? line.replace(/^\t+/, '') : line) === name) return;
  }
}

/** The builder drops carriage returns at the end of a line, however many. */
function withoutLineEnd(line: string): string {
  return line.replace(/\r+$/, '');
}
