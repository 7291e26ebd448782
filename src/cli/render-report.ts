import type { CheckResult } from '../core/check-result.ts';
import { evidenceLines, evidenceTitle } from '../core/evidence-text.ts';
import type { PolicyFinding } from '../core/policy-finding.ts';
import type { Report } from '../core/report.ts';
import type { Style } from './style.ts';

const MARKS = { passed: '✓', failed: '✗', skipped: '–', inconclusive: '?' } as const;

/** A report for people: a line a check, and under each that failed what was seen, expected and why it matters. */
export function renderReport(report: Report, title: string, style: Style): string {
  const colour = report.verdict === 'passed' ? style.good : style.bad;
  const lines = [
    '',
    `${style.bold(title)}  ${colour(`${report.verdict} · ${report.score} of 100`)}`,
    report.summary,
    ...section('Not taken', report.policy.map(findingLine)),
    ...section(
      'Build',
      report.buildLog.map((line) => `  ${line}`),
    ),
    ...section(
      'Checks',
      report.checks.flatMap((check) => checkLines(check, style)),
    ),
    ...section('Worth knowing', report.notices.map(findingLine)),
    '',
    style.dim(
      Object.entries(report.timings)
        .map(([phase, ms]) => `${phase} ${(ms / 1000).toFixed(2)} s`)
        .join(' · '),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function findingLine({ file, line, column, rule, message }: PolicyFinding): string {
  return `  ${file}:${line}:${column}  ${message}  [${rule}]`;
}

function checkLines(check: CheckResult, style: Style): string[] {
  const mark = check.status === 'passed' ? style.good(MARKS.passed) : style.bad(MARKS[check.status]);
  const head = `  ${mark} ${check.title}  ${style.dim(`${check.points} of ${check.maxPoints}`)}`;
  if (check.status === 'passed') return [head];
  if (check.status === 'skipped')
    return [head, style.dim(`      ${check.observed}`), ...evidence(check, style)];
  return [
    head,
    `      observed  ${check.observed}`,
    `      expected  ${check.expected}`,
    `      why       ${check.explanation}`,
    ...(check.hint === '' ? [] : [`      look      ${check.hint}`]),
    ...evidence(check, style),
  ];
}

function evidence(check: CheckResult, style: Style): string[] {
  return check.evidence.flatMap((item) => [
    style.dim(`      ${evidenceTitle(item)}`),
    ...evidenceLines(item).map((line) => style.dim(`        ${line}`)),
  ]);
}
