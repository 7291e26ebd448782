/**
 * One pattern of a `.dockerignore`, matched in time proportional to path × pattern: a learner writes the
 * patterns, and a backtracking regular expression made of them could keep the worker busy for hours.
 */
export interface IgnorePattern {
  readonly exception: boolean;
  readonly tokens: readonly Token[];
  /** The path itself, where the pattern has no wildcards. */
  readonly literal?: string;
}

type Token =
  | { readonly kind: 'character'; readonly character: string }
  /** `?`: one character of a name. */
  | { readonly kind: 'one' }
  /** `*`: any characters of a name. */
  | { readonly kind: 'many' }
  /** `**`: any folders, or none. What follows is `inside`, which ends at a slash. */
  | { readonly kind: 'folders' }
  | { readonly kind: 'inside' }
  /** `**` at the end, or before plain text that a path is to end with: any characters of any names. */
  | { readonly kind: 'rest' }
  | {
      readonly kind: 'class';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [string, string])[];
    };

/** The builder compares the ends of the texts where nothing but plain text follows a leading `**`. */
const SUFFIX = /^\*\*[^/*?[\]\\][^*?[\]\\]*$/;

/** What a `.dockerignore` does wrong, in words for its author. */
export class IgnoreSyntaxError extends Error {
  override readonly name = 'IgnoreSyntaxError';
}

/** Steps that matching a whole context may take; about two seconds of work. */
export class MatchBudget {
  private left: number;

  constructor(steps = 20_000_000) {
    this.left = steps;
  }

  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0)
      throw new IgnoreSyntaxError('its patterns take too long to match: write fewer or plainer ones');
  }
}

/** Reads a cleaned pattern. @throws IgnoreSyntaxError for what the builder refuses too. */
export function parsePattern(text: string, exception: boolean): IgnorePattern {
  const characters = Array.from(text);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === '*' && characters[at + 1] === '*') {
      at += characters[at + 2] === '/' ? 2 : 1;
      if (at + 1 >= characters.length || SUFFIX.test(text)) tokens.push({ kind: 'rest' });
      else tokens.push({ kind: 'folders' }, { kind: 'inside' });
    } else if (character === '*') tokens.push({ kind: 'many' });
    else if (character === '?') tokens.push({ kind: 'one' });
    else if (character === '[') {
      const end = closingBracket(characters, at);
      if (end < 0) throw new IgnoreSyntaxError(`syntax error in pattern: ${text}`);
      tokens.push(characterClass(characters.slice(at + 1, end)));
      at = end;
    } else if (character === '\\') {
      at++;
      if (at >= characters.length) throw new IgnoreSyntaxError(`syntax error in pattern: ${text}`);
      tokens.push({ kind: 'character', character: characters[at] ?? '' });
    } else tokens.push({ kind: 'character', character });
  }
  return { exception, tokens, ...(/[*?[\\]/.test(text) ? {} : { literal: text }) };
}

/** Does the pattern match the path or one of the folders it lies in? */
export function matches(pattern: IgnorePattern, path: string, budget: MatchBudget): boolean {
  const { tokens, literal } = pattern;
  if (literal !== undefined) return path === literal || path.startsWith(`${literal}/`);
  let states = reachable(tokens, new Set([0]));
  for (const character of path) {
    // Here the path so far is a folder that holds the file.
    if (character === '/' && states.has(tokens.length)) return true;
    const next = new Set<number>();
    for (const state of states) step(tokens, state, character, next);
    budget.spend(states.size + 1);
    if (next.size === 0) return false;
    states = reachable(tokens, next);
  }
  return states.has(tokens.length);
}

/** Adds the states that a character leads to from `state`. */
function step(tokens: readonly Token[], state: number, character: string, next: Set<number>): void {
  const token = tokens[state];
  if (token === undefined) return;
  switch (token.kind) {
    case 'character':
      if (token.character === character) next.add(state + 1);
      return;
    case 'one':
      if (character !== '/') next.add(state + 1);
      return;
    case 'many':
      if (character !== '/') next.add(state);
      return;
    case 'folders':
      return;
    case 'inside':
      next.add(state);
      if (character === '/') next.add(state + 1);
      return;
    case 'rest':
      next.add(state);
      return;
    case 'class':
      if (token.ranges.some(([from, to]) => from <= character && character <= to) !== token.negated)
        next.add(state + 1);
      return;
  }
}

/** Adds the states reached without a character. */
function reachable(tokens: readonly Token[], states: Set<number>): Set<number> {
  // A set's iteration also visits what is added meanwhile.
  for (const state of states) {
    const kind = tokens[state]?.kind;
    if (kind === 'many' || kind === 'rest' || kind === 'folders') states.add(state + 1);
    if (kind === 'folders') states.add(state + 2);
  }
  return states;
}

function closingBracket(characters: readonly string[], open: number): number {
  // A bracket directly after `[` or `[^` would make an empty class, which the builder refuses.
  const first = characters[open + 1] === '^' ? open + 2 : open + 1;
  if (characters[first] === ']') return -1;
  for (let at = first; at < characters.length; at++) {
    if (characters[at] === '\\') at++;
    else if (characters[at] === ']') return at;
  }
  return -1;
}

function characterClass(inside: readonly string[]): Token {
  const negated = inside[0] === '^';
  const body = inside.slice(negated ? 1 : 0);
  const ranges: (readonly [string, string])[] = [];
  for (let at = 0; at < body.length; at++) {
    if (body[at] === '\\') at++;
    const from = body[at] ?? '';
    if (body[at + 1] === '-' && at + 2 < body.length) {
      at += body[at + 2] === '\\' ? 3 : 2;
      ranges.push([from, body[at] ?? '']);
    } else ranges.push([from, from]);
  }
  return { kind: 'class', negated, ranges };
}
