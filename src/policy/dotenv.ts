import { interpolate, type Lookup } from './interpolation.ts';

/** `NAME=value` files as Compose reads them (compose-spec/compose-go `dotenv/parser.go`). */
export type DotenvResult =
  | { readonly ok: true; readonly values: ReadonlyMap<string, string>; readonly unset: readonly string[] }
  | { readonly ok: false; readonly line: number; readonly problem: string };

const MOST_BYTES = 64 * 1024;
const MOST_VARIABLES = 500;
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  c: '\\c',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  $: '$$',
  '"': '"',
  '\\': '\\',
};

/** `outer` is asked first for a variable that a value names, then the lines above. */
export function parseDotenv(text: string, outer: Lookup): DotenvResult {
  if (Buffer.byteLength(text) > MOST_BYTES) return { ok: false, line: 1, problem: 'the file is too large' };
  const reading: Reading = { text: text.replace(/^\uFEFF/, ''), at: 0, outer, values: new Map(), unset: [] };
  for (;;) {
    skipBlank(reading);
    if (reading.at >= reading.text.length) return { ok: true, values: reading.values, unset: reading.unset };
    const line = lineOf(reading);
    const problem = readStatement(reading);
    if (problem !== undefined) return { ok: false, line, problem };
    if (reading.values.size > MOST_VARIABLES)
      return { ok: false, line, problem: 'there are too many variables' };
  }
}

interface Reading {
  readonly text: string;
  at: number;
  readonly outer: Lookup;
  readonly values: Map<string, string>;
  readonly unset: string[];
}

function lineOf({ text, at }: Reading): number {
  return text.slice(0, at).split('\n').length;
}

/** Blank lines and comments. */
function skipBlank(reading: Reading): void {
  const blank = /(?:\s+|#[^\n]*)*/y;
  blank.lastIndex = reading.at;
  reading.at += blank.exec(reading.text)?.[0].length ?? 0;
}

function readStatement(reading: Reading): string | undefined {
  const head = /(?:export[^\S\n]+)?(?<name>[\p{L}\p{N}_.[\]-]*)(?<space>[^\S\n]*)(?<end>[=:]|\n|$)/uy;
  head.lastIndex = reading.at;
  const match = head.exec(reading.text);
  const name = match?.groups?.['name'] ?? '';
  if (!match || name === '') return 'a line begins with the name of a variable and an equals sign';
  reading.at = head.lastIndex;
  if (match.groups?.['end'] === '=' || match.groups?.['end'] === ':') return readValue(reading, name);
  // A name alone takes over what is known from outside.
  const inherited = reading.outer(name);
  if (inherited !== undefined) reading.values.set(name, inherited);
  return undefined;
}

function readValue(reading: Reading, name: string): string | undefined {
  const space = /[^\S\n]*/y;
  space.lastIndex = reading.at;
  reading.at += space.exec(reading.text)?.[0].length ?? 0;
  const quote = reading.text.charAt(reading.at);
  if (quote !== '"' && quote !== "'") return keep(reading, name, unquotedValue(reading));
  const body = quotedBody(reading, quote);
  if (body === undefined) return `the quote after ${name} isn't closed`;
  if (quote === '"') return keep(reading, name, expandEscapes(body));
  reading.values.set(name, body);
  return undefined;
}

function unquotedValue(reading: Reading): string {
  const end = reading.text.indexOf('\n', reading.at);
  const line = reading.text.slice(reading.at, end < 0 ? undefined : end);
  reading.at = end < 0 ? reading.text.length : end + 1;
  return (line.split(' #', 1)[0] ?? '').trimEnd();
}

/** Up to the closing quote; a backslash keeps a quote from closing and stays before anything else. */
function quotedBody(reading: Reading, quote: string): string | undefined {
  let body = '';
  for (let at = reading.at + 1; at < reading.text.length; at++) {
    const character = reading.text.charAt(at);
    if (character === quote) {
      reading.at = at + 1;
      return body;
    }
    if (character === '\\') {
      const next = reading.text.charAt(++at);
      body += next === quote ? next : `\\${next}`;
    } else {
      body += character;
    }
  }
  return undefined;
}

function expandEscapes(text: string): string {
  return text.replaceAll(
    /\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g,
    (whole: string, letter?: string, octal?: string) => {
      if (letter !== undefined) return ESCAPES[letter] ?? whole;
      return /^[0-7]{3}$/.test(octal ?? '') ? String.fromCodePoint(Number.parseInt(octal ?? '', 8)) : whole;
    },
  );
}

function keep(reading: Reading, name: string, template: string): string | undefined {
  const result = interpolate(template, (variable) => reading.outer(variable) ?? reading.values.get(variable));
  if (!result.ok) return `the value of ${name} can't be filled in: look at its dollar signs`;
  reading.unset.push(...result.unset);
  reading.values.set(name, result.text);
  return undefined;
}
