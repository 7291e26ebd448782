import { isSpace } from './words.ts';

export interface Heredoc {
  readonly name: string;
  /** `<<-`: leading tabs of the body and of its last line don't count. */
  readonly chomp: boolean;
}

/** `unclear`: versions of the builder may differ on where the body ends, and a policy must not guess. */
export type Heredocs = readonly Heredoc[] | 'unclear';

/** The here-documents that one instruction line opens, as the builder finds them. */
export function heredocsOf(line: string): Heredocs {
  if (!line.includes('<<')) return [];
  const words = shellWords(line);
  if (words === undefined) return 'unclear';
  const heredocs: Heredoc[] = [];
  for (const word of words) {
    const match = /^\d*<<(-?)([^<]+)$/s.exec(word);
    if (!match) continue;
    const name = plainName(match[2] ?? '');
    if (name === undefined) return 'unclear';
    heredocs.push({ name, chomp: match[1] === '-' });
  }
  return heredocs;
}

/** Words with their quotes; undefined where a quote or a `${` isn't closed, or is more than a plain variable. */
function shellWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word = '';
  for (let at = 0; at < line.length;) {
    const rest = line.slice(at);
    const piece =
      /^\\[^]?/.exec(rest)?.[0] ??
      /^'[^']*'/.exec(rest)?.[0] ??
      /^"(?:\\[^]|\$\{[A-Za-z_0-9]+(?::?[-+?][\w./:-]*)?\}|\$(?!\{)|[^"\\$])*"/.exec(rest)?.[0] ??
      /^\$\{[A-Za-z_0-9]+(?::?[-+?][\w./:-]*)?\}/.exec(rest)?.[0] ??
      /^(?:\$(?!\{)|[^\\'"$])/.exec(rest)?.[0];
    if (piece === undefined) return undefined;
    at += piece.length;
    if (isSpace(piece)) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      word += piece;
    }
  }
  if (word !== '') words.push(word);
  return words;
}

function plainName(text: string): string | undefined {
  return /^(["'])([^"'\\$\n]+)\1$/.exec(text)?.[2] ?? /^[^"'\\$\s]+$/.exec(text)?.[0];
}
