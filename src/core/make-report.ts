import { scoreOf, type CheckResult } from './check-result.ts';
import type { PolicyFinding } from './policy-finding.ts';
import type { Report } from './report.ts';
import { clip } from './clip.ts';
import type { Limits } from './scenario.ts';
import { verdictOf, type Execution, type Verdict } from './verdict.ts';

export interface ReportParts {
  readonly execution: Execution;
  readonly checks: readonly CheckResult[];
  readonly policy?: readonly PolicyFinding[];
  readonly notices: readonly PolicyFinding[];
  readonly buildLog?: readonly string[];
  readonly timings: Readonly<Record<string, number>>;
  readonly engine: string;
}

export interface GradedBy {
  readonly id: string;
  readonly digest: string;
  readonly passMark: number;
  readonly limits: Limits;
}

const MOST_BUILD_LINES = 60;
const MOST_SUMMARY_CHARACTERS = 400;

/** Turns what was observed into a report: points into a score, score and execution into a verdict. */
export function reportOf(scenario: GradedBy, parts: ReportParts): Report {
  const checks = [...parts.checks];
  const score = scoreOf(checks);
  const verdict = verdictOf(parts.execution, checks, score, scenario.passMark);
  return {
    scenario: scenario.id,
    scenarioDigest: scenario.digest,
    verdict,
    score,
    summary: clip(summaryOf(verdict, parts, scenario), MOST_SUMMARY_CHARACTERS),
    checks,
    policy: [...(parts.policy ?? [])],
    notices: [...parts.notices],
    buildLog: (parts.buildLog ?? []).slice(-MOST_BUILD_LINES),
    timings: { ...parts.timings },
    engine: parts.engine,
  };
}

/** One sentence: the most important thing to know. */
function summaryOf(verdict: Verdict, parts: ReportParts, { limits }: GradedBy): string {
  const decisive =
    parts.checks.find(({ status }) => status === 'failed') ??
    parts.checks.find(({ status }) => status === 'skipped');
  const seen = decisive === undefined ? '' : `${decisive.title}: ${decisive.observed}`;
  switch (verdict) {
    case 'passed':
      return 'Every check that counts has passed.';
    case 'rejected':
      return rejection(parts.policy ?? []);
    case 'build-failed':
      return `The image could not be built. ${parts.buildLog?.at(-1) ?? ''}`;
    case 'run-failed':
      if (parts.execution.stage === 'run' && parts.execution.cause === 'disk-limit')
        return `Containers and volumes of the run wrote more than ${limits.diskMiB} MiB to disk and were ended (limit diskMiB).`;
      return `The image was built, but its container did not stay up. ${seen}`;
    case 'time-limit':
      return parts.execution.stage === 'build'
        ? `The build was still going on after ${limits.buildSeconds} s and was ended (limit buildSeconds).`
        : `The run was still going on after ${limits.totalSeconds} s and was ended (limit totalSeconds).`;
    case 'memory-limit':
      return parts.execution.stage === 'build'
        ? 'A step of the build used more memory than a build may, and the kernel ended it.'
        : `A process of the container went over its memory limit (${limits.memoryMiB} MiB at most, limit memoryMiB), and the kernel ended it.`;
    case 'failed':
      return seen;
  }
}

function rejection(refusals: readonly PolicyFinding[]): string {
  const [first] = refusals;
  if (first === undefined) return 'The submission was not taken.';
  const more = refusals.length > 1 ? ` (and ${refusals.length - 1} more)` : '';
  return `Not taken, and no attempt used: ${first.file}, line ${first.line}: ${first.message}${more}`;
}
