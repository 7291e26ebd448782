/** What Compose makes of a command written as one text. */
export interface ShellWords {
  readonly words: readonly string[];
  /** Where `;`, `&`, `|`, `<` or `>` cut the command off; -1 where nothing was lost. */
  readonly cutAt: number;
}

/**
 * Splits a command as Compose does (mattn/go-shellwords): quotes and backslashes count, but no shell runs it, and
 * everything from the first shell operator on is dropped without a word. Undefined where a quote isn't closed.
 */
export function splitShellWords(line: string): ShellWords | undefined {
  const words: string[] = [];
  const state: State = { word: '', open: '', hasWord: false };
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (character === '\\' && state.open !== "'") {
      if (at + 1 >= line.length) return undefined;
      append(state, line.charAt(++at));
    } else if (/[ \t\r\n]/.test(character) && state.open === '') {
      if (state.hasWord) words.push(state.word);
      state.word = '';
      state.hasWord = false;
    } else if (/[;&|<>]/.test(character) && state.open === '') {
      // `2>file`: the number belongs to the operator.
      if (state.hasWord && !(character === '>' && /^[0-9]/.test(state.word))) words.push(state.word);
      return { words, cutAt: at };
    } else if (!takeQuote(state, character)) {
      return undefined;
    }
  }
  if (state.hasWord) words.push(state.word);
  return state.open === '' ? { words, cutAt: -1 } : undefined;
}

interface State {
  word: string;
  hasWord: boolean;
  /** The quote that is open: `'`, `"`, a backtick, or `(` for `$(`. */
  open: string;
}

function append(state: State, text: string): void {
  state.word += text;
  state.hasWord = true;
}

/** Any other character; false where a parenthesis stands where Compose takes none. */
function takeQuote(state: State, character: string): boolean {
  if (character === '"' || character === "'") {
    if (state.open === '' || state.open === character) {
      state.open = state.open === '' ? character : '';
      // An empty pair of quotes is a word too.
      state.hasWord ||= state.open === '';
      return true;
    }
  } else if (character === '`' && (state.open === '' || state.open === '`')) {
    state.open = state.open === '' ? '`' : '';
  } else if (character === '(' && state.open === '') {
    if (!state.word.endsWith('$')) return false;
    state.open = '(';
  } else if (character === '(' && state.open === '(') {
    return false;
  } else if (character === ')' && (state.open === '' || state.open === '(')) {
    if (state.open === '') return false;
    state.open = '';
  }
  append(state, character);
  return true;
}
