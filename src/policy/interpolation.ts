/**
 * `$NAME` and `${NAME:-default}` as Compose fills them in (compose-spec/compose-go `template/template.go`). The set
 * of variables is closed: a submission's own `.env` and nothing of the process that grades it.
 */
export type Interpolated =
  | { readonly ok: true; readonly text: string; readonly unset: readonly string[] }
  | { readonly ok: false; readonly problem: 'malformed' | 'too-long' }
  | { readonly ok: false; readonly problem: 'required'; readonly name: string; readonly reason: string };

export type Lookup = (name: string) => string | undefined;

/** More than any value needs; `.env` files could multiply a text without end. */
const MOST_LENGTH = 16_384;
const MOST_DEPTH = 16;

export function interpolate(template: string, lookup: Lookup): Interpolated {
  if (!template.includes('$')) return { ok: true, text: template, unset: [] };
  return fill(template, { lookup, unset: [] }, 0);
}

interface Filling {
  readonly lookup: Lookup;
  readonly unset: string[];
}

interface Piece {
  /** Where the template goes on. */
  readonly next: number;
  readonly text: string;
}

type Failure = Extract<Interpolated, { ok: false }>;

function fill(template: string, filling: Filling, depth: number): Interpolated {
  let text = '';
  for (let at = 0; at < template.length;) {
    const dollar = template.indexOf('$', at);
    const end = dollar < 0 ? template.length : dollar;
    text += template.slice(at, end);
    at = end;
    if (dollar >= 0) {
      const piece = readDollar(template, dollar, filling, depth);
      if ('ok' in piece) return piece;
      text += piece.text;
      at = piece.next;
    }
    if (text.length > MOST_LENGTH) return { ok: false, problem: 'too-long' };
  }
  return { ok: true, text, unset: filling.unset };
}

function readDollar(template: string, at: number, filling: Filling, depth: number): Piece | Failure {
  const second = template.charAt(at + 1);
  if (second === '$') return { next: at + 2, text: '$' };
  if (second === '{') return readBraced(template, at, filling, depth);
  const name = nameAt(template, at + 1);
  if (name === '') return { next: at + 1, text: '$' };
  return { next: at + 1 + name.length, text: plainValue(name, filling) };
}

function readBraced(template: string, at: number, filling: Filling, depth: number): Piece | Failure {
  const name = nameAt(template, at + 2);
  const afterName = at + 2 + name.length;
  if (name === '' || depth >= MOST_DEPTH) return { ok: false, problem: 'malformed' };
  if (template.charAt(afterName) === '}') return { next: afterName + 1, text: plainValue(name, filling) };
  const operator = /^:?[-+?]/.exec(template.slice(afterName, afterName + 2))?.[0];
  const closing = closingBrace(template, at);
  if (operator === undefined || closing < 0) return { ok: false, problem: 'malformed' };
  const argument = template.slice(afterName + operator.length, closing);
  const value = filling.lookup(name);
  const isSet = value !== undefined && !(operator.startsWith(':') && value === '');
  const next = closing + 1;
  if (operator.endsWith('+'))
    return isSet ? filled(argument, next, filling, depth) : { next, text: value ?? '' };
  if (isSet) return { next, text: value };
  if (operator.endsWith('-')) return filled(argument, next, filling, depth);
  return { ok: false, problem: 'required', name, reason: argument };
}

function filled(argument: string, next: number, filling: Filling, depth: number): Piece | Failure {
  const result = fill(argument, filling, depth + 1);
  return result.ok ? { next, text: result.text } : result;
}

function plainValue(name: string, filling: Filling): string {
  const value = filling.lookup(name);
  if (value === undefined) filling.unset.push(name);
  return value ?? '';
}

function nameAt(template: string, at: number): string {
  return /^[_a-z][_a-z0-9]*/i.exec(template.slice(at, at + 256))?.[0] ?? '';
}

/** Compose looks for the closing brace on the same line, and passes over the character behind each opening one. */
function closingBrace(template: string, from: number): number {
  const lineEnd = template.indexOf('\n', from);
  const end = lineEnd < 0 ? template.length : lineEnd;
  let open = 0;
  for (let at = from; at < end; at++) {
    const character = template.charAt(at);
    if (character === '}' && --open === 0) return at;
    if (character === '{') {
      open++;
      at++;
    }
  }
  return template.lastIndexOf('}', end - 1) > from ? template.lastIndexOf('}', end - 1) : -1;
}
