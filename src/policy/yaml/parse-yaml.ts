import { Composer, LineCounter, Lexer, Parser, type CST, type Document } from 'yaml';
import { quoted, type Findings, type Place } from '../findings.ts';
import { resolveYaml } from './resolve-yaml.ts';
import type { YamlNode } from './yaml-node.ts';

const MOST_BYTES = 64 * 1024;
const MOST_LEXEMES = 20_000;
const MOST_DEPTH = 32;
const MOST_SYNTAX_ERRORS = 5;

/** Reads a YAML file; undefined where it was refused. Never throws, whatever the text. */
export function parseYaml(text: string, file: string, findings: Findings): YamlNode | undefined {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const tokens = Buffer.byteLength(text) > MOST_BYTES ? 'too-many' : tokensOf(text, lines);
  if (tokens === 'too-many') {
    const message = `This file is larger than any compose file needs to be; ${MOST_BYTES / 1024} KiB is the most that is taken.`;
    findings.refuse('compose.yaml.size', { file, line: 1, column: 1 }, message);
    return undefined;
  }
  if (isTooDeep(tokens)) {
    const message = `Lists and mappings are nested more than ${MOST_DEPTH} deep here. No part of a compose file is.`;
    findings.refuse('compose.yaml.depth', { file, line: 1, column: 1 }, message);
    return undefined;
  }
  const [document, second] = new Composer({
    schema: 'failsafe',
    merge: false,
    // The library compares every key with every other; `resolveYaml` finds duplicates in one pass.
    uniqueKeys: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'silent',
  }).compose(tokens, true, text.length);
  if (second) {
    const message = `A compose file is one YAML document, and a second one begins here (${quoted('---')}). Compose would lay it over the first; write one file instead.`;
    findings.refuse('compose.yaml.documents', placeAt(second.range[0]), message);
    return undefined;
  }
  return document && !reportErrors(document, placeAt, findings)
    ? resolveYaml(document, placeAt, findings)
    : undefined;
}

/**
 * The library's composer calls itself for every level, and a regular expression compiled on an almost full stack
 * ends the whole process, beyond any `catch`. So the depth is looked at first, on tokens, which need no stack.
 */
function isTooDeep(tokens: readonly CST.Token[]): boolean {
  const pending = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.depth > MOST_DEPTH) return true;
    for (const token of childrenOf(next.token)) pending.push({ token, depth: next.depth + 1 });
  }
  return false;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((child) => !!child));
}

function tokensOf(text: string, lines: LineCounter): readonly CST.Token[] | 'too-many' {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++lexemes > MOST_LEXEMES) return 'too-many';
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  return tokens;
}

function reportErrors(
  document: Document.Parsed,
  placeAt: (offset: number) => Place,
  findings: Findings,
): boolean {
  for (const error of document.errors.slice(0, MOST_SYNTAX_ERRORS)) {
    const message = `This isn't YAML: ${quoted(error.message)}. Look at the indentation and at colons and quotes on this line and the one above.`;
    findings.refuse('compose.yaml.syntax', placeAt(error.pos[0]), message);
  }
  return document.errors.length > 0;
}
