import type { WriteStream } from 'node:tty';

/** How words are marked on a terminal; leaves them as they are elsewhere. */
export interface Style {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const PLAIN: Style = { good: same, bad: same, dim: same, bold: same };
const COLOURED: Style = { good: sgr(32), bad: sgr(31), dim: sgr(2), bold: sgr(1) };

/** Colours on a terminal that takes them (it heeds `NO_COLOR` and `FORCE_COLOR`), plain text elsewhere. */
export function styleFor(stream: WriteStream): Style {
  return stream.isTTY && stream.hasColors() ? COLOURED : PLAIN;
}

function same(text: string): string {
  return text;
}

function sgr(code: number): (text: string) => string {
  return (text) => `\u001b[${code}m${text}\u001b[0m`;
}
