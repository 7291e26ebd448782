/**
 * The builder's own little shell language: how it splits words and fills in variables
 * (moby/buildkit `frontend/dockerfile/shell/lex.go` and `parser/line_parsers.go`).
 */

/** White space as the builder's language, Go, knows it. */
export const GO_SPACE =
  '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const SPACE = new RegExp(GO_SPACE);
const LEADING_SPACE = new RegExp(`^${GO_SPACE}+`);
const TRAILING_SPACE = new RegExp(`${GO_SPACE}+$`);

export function trimStart(text: string): string {
  return text.replace(LEADING_SPACE, '');
}

/** Go's `strings.TrimSpace`; JavaScript's `trim` takes other characters for space. */
export function trimSpace(text: string): string {
  return trimStart(text).replace(TRAILING_SPACE, '');
}

export function isSpace(character: string): boolean {
  return SPACE.test(character);
}

/** Words between white space, as for FROM, COPY, ADD and EXPOSE. */
export function splitOnSpace(text: string): string[] {
  return trimSpace(text)
    .split(/[\t\v\f\r ]+/)
    .filter((word) => word !== '');
}

/** Words as ENV, ARG and LABEL split them: quotes hold together and stay. */
export function splitQuoted(text: string, escape: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === escape && quote !== "'") {
      word += character + text.charAt(at + 1);
      at++;
    } else if (quote !== '') {
      word += character;
      if (character === quote) quote = '';
    } else if (isSpace(character)) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      word += character;
      if (character === '"' || character === "'") quote = character;
    }
  }
  if (word !== '') words.push(word);
  return words;
}

export type Variables = ReadonlyMap<string, string>;

const MOST_EXPANDED = 16_384;
const MOST_DEPTH = 16;

/**
 * One word with quotes removed and variables filled in; undefined where the word is malformed, asks for a form
 * that not every version of the builder knows (`${x%y}`, `${x/y/z}`), or grows without end.
 */
export function expandWord(text: string, variables: Variables, escape: string): string | undefined {
  const reader: Reader = { text, at: 0, escape, variables, unset: [] };
  const value = readUntil(reader, '', 0);
  return value !== undefined && value.length <= MOST_EXPANDED ? value : undefined;
}

/** Names of the variables that a word uses and nobody has set. */
export function unsetIn(text: string, variables: Variables, escape: string): readonly string[] {
  const reader: Reader = { text, at: 0, escape, variables, unset: [] };
  readUntil(reader, '', 0);
  return reader.unset;
}

interface Reader {
  readonly text: string;
  at: number;
  readonly escape: string;
  readonly variables: Variables;
  readonly unset: string[];
}

function readUntil(reader: Reader, stop: string, depth: number): string | undefined {
  let value = '';
  while (reader.at < reader.text.length) {
    const character = reader.text.charAt(reader.at);
    if (character === stop) {
      reader.at++;
      return value;
    }
    const piece = readPiece(reader, character, depth);
    if (piece === undefined || value.length > MOST_EXPANDED) return undefined;
    value += piece;
  }
  return stop === '' ? value : undefined;
}

function readPiece(reader: Reader, character: string, depth: number): string | undefined {
  if (character === "'") return readSingleQuoted(reader);
  if (character === '"') return readDoubleQuoted(reader, depth);
  if (character === '$') return readDollar(reader, depth);
  reader.at++;
  if (character !== reader.escape) return character;
  return reader.text.charAt(reader.at++);
}

function readSingleQuoted(reader: Reader): string | undefined {
  const end = reader.text.indexOf("'", reader.at + 1);
  if (end < 0) return undefined;
  const value = reader.text.slice(reader.at + 1, end);
  reader.at = end + 1;
  return value;
}

function readDoubleQuoted(reader: Reader, depth: number): string | undefined {
  let value = '';
  reader.at++;
  while (reader.at < reader.text.length) {
    const character = reader.text.charAt(reader.at);
    if (character === '"') {
      reader.at++;
      return value;
    }
    if (character === '$') {
      const piece = readDollar(reader, depth);
      if (piece === undefined) return undefined;
      value += piece;
      continue;
    }
    const next = reader.text.charAt(reader.at + 1);
    const escapes = character === reader.escape && ['"', '$', reader.escape].includes(next);
    value += escapes ? next : character;
    reader.at += escapes ? 2 : 1;
  }
  return undefined;
}

function readDollar(reader: Reader, depth: number): string | undefined {
  reader.at++;
  if (reader.text.charAt(reader.at) !== '{') {
    const name = readName(reader);
    return name === '' ? '$' : lookUp(reader, name);
  }
  reader.at++;
  const name = readName(reader);
  if (name === '' || depth >= MOST_DEPTH) return undefined;
  const operator = /^(?:\}|:?[-+?])/.exec(reader.text.slice(reader.at, reader.at + 2))?.[0];
  if (operator === undefined) return undefined;
  reader.at += operator.length;
  if (operator === '}') return lookUp(reader, name);
  return substitute(reader, name, operator, depth);
}

function substitute(reader: Reader, name: string, operator: string, depth: number): string | undefined {
  const word = readUntil(reader, '}', depth + 1);
  if (word === undefined) return undefined;
  const value = reader.variables.get(name);
  const isSet = value !== undefined && !(operator.startsWith(':') && value === '');
  if (operator.endsWith('+')) return isSet ? word : '';
  if (operator.endsWith('-')) return isSet ? value : word;
  return isSet ? value : undefined;
}

function readName(reader: Reader): string {
  const name =
    /^(?:[0-9]+|[A-Za-z_][A-Za-z0-9_]*|[@*#])/.exec(reader.text.slice(reader.at, reader.at + 256))?.[0] ?? '';
  reader.at += name.length;
  return name;
}

function lookUp(reader: Reader, name: string): string {
  const value = reader.variables.get(name);
  if (value === undefined) reader.unset.push(name);
  return value ?? '';
}
