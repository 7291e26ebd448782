import type { PolicyFinding } from '../core/policy-finding.ts';

/** Where something stands in a submission. Lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** More than a learner reads at once; a hostile file can't fill a database with them either. */
const MOST_FINDINGS = 50;
const MOST_MESSAGE_LENGTH = 1000;

/** Collects what the policy finds, so that a learner sees everything at once and not only the first. */
export class Findings {
  readonly #refusals = new Map<string, PolicyFinding>();
  readonly #notices = new Map<string, PolicyFinding>();

  /** The submission can't be taken with this. */
  refuse(rule: string, at: Place, message: string): void {
    keep(this.#refusals, rule, at, message);
  }

  /** The submission is taken, but the learner should know. */
  notice(rule: string, at: Place, message: string): void {
    keep(this.#notices, rule, at, message);
  }

  get refusals(): readonly PolicyFinding[] {
    return inReadingOrder(this.#refusals);
  }

  get notices(): readonly PolicyFinding[] {
    return inReadingOrder(this.#notices);
  }
}

/** Text of a learner as it may stand in a message: short, on one line, without control characters. */
export function quoted(text: string): string {
  const printable = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]+/g, ' ').trim();
  return `\`${printable.length > 80 ? `${printable.slice(0, 79)}…` : printable}\``;
}

function keep(kept: Map<string, PolicyFinding>, rule: string, at: Place, message: string): void {
  // A YAML anchor that is used five times is still one thing to mend.
  const key = JSON.stringify([rule, at.file, at.line, at.column, message]);
  if (kept.has(key) || kept.size >= MOST_FINDINGS) return;
  const { file, line, column } = at;
  kept.set(key, { rule, file, line, column, message: message.slice(0, MOST_MESSAGE_LENGTH) });
}

function inReadingOrder(kept: Map<string, PolicyFinding>): readonly PolicyFinding[] {
  return [...kept.values()].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
}
