import type { CheckResult } from '../core/check-result.ts';
import type { PolicyFinding } from '../core/policy-finding.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Phase } from '../core/run-event.ts';

const MAX_LINE = 400;

const PHASE_WORDS = {
  queued: null,
  claimed: 'A worker has taken it.',
  policy: 'Checking the files against the rules …',
  building: 'Building …',
  starting: 'Starting …',
  checking: 'Checking from outside …',
  recording: null,
  done: null,
} as const satisfies Record<Phase, string | null>;

/** What a terminal is told of a phase; null of those that say nothing. */
export function phaseLine(phase: Phase): string | null {
  return PHASE_WORDS[phase];
}

/** A check as it falls: what was seen, what should be, why, and where to look. */
export function checkLines(check: CheckResult): string[] {
  const points = `${check.points}/${check.maxPoints}`;
  const head = plainLine(`[${check.status}] ${check.title}  ${points}`);
  if (check.status !== 'failed') return [head];
  const told = [
    ['observed', check.observed],
    ['expected', check.expected],
    ['why', check.explanation],
    ['look at', check.hint],
  ] as const;
  return [
    head,
    ...told.filter(([, text]) => text !== '').map(([name, text]) => plainLine(`    ${name}: ${text}`)),
  ];
}

/** Why the policy rejected the files. */
export function findingLine(finding: PolicyFinding): string {
  return plainLine(`  ${finding.file}:${finding.line}: ${finding.message} (${finding.rule})`);
}

export function refusalLines(refusal: Refusal): string[] {
  const { rule, wayOut } = refusal.details;
  const lines = [plainLine(`${refusal.message}${rule === undefined ? '' : ` (${rule})`}`)];
  if (wayOut !== undefined) lines.push(plainLine(wayOut));
  return lines;
}

/** One line for a terminal: bounded, and nothing in it that a terminal would obey. */
export function plainLine(text: string): string {
  const plain = text.replace(/\s+$/u, '').replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
  return plain.length > MAX_LINE ? `${plain.slice(0, MAX_LINE - 1)}…` : plain;
}
