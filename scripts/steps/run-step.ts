import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { type CommandEnd, runToEnd } from '../../src/machine/run-command.ts';
import { PROJECT } from './project.ts';

const OUTPUT_LIMIT_LINES = 5000;
/** Of one failed test, and of the end of a failed step that isn't vitest's. */
const FAILURE_LIMIT_LINES = 12;

export interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Its process group is killed then. */
  readonly limitMs: number;
  /** Where vitest writes what it counted; other steps say so in a last line `N passed, N failed`. */
  readonly countsFile?: string;
}

export interface StepResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  /** Why it failed as a whole; empty when it ran to its end. */
  readonly trouble: string;
  /**
   * What failed, a text of at most twelve lines each, to be said again at the very end: the end is what one sees of a
   * CI run whose log is cut.
   */
  readonly failures: readonly string[];
}

/** Where the results of a step's tests are kept until it runs again. */
export function countsFileOf(step: string): string {
  return join(PROJECT, 'node_modules/.cache/labgrader', `${step}.json`);
}

/** Runs one step of the tests with its output shown line by line, under its time limit. */
export async function runStep(
  step: Step,
  env: NodeJS.ProcessEnv,
  write: (line: string) => void,
  signal: AbortSignal,
): Promise<StepResult> {
  const startedAt = Date.now();
  let lines = 0;
  const onLine = (line: string): void => {
    lines += 1;
    if (lines <= OUTPUT_LIMIT_LINES) write(`[${step.name}] ${line}`);
    else if (lines === OUTPUT_LIMIT_LINES + 1) write(`[${step.name}] … the rest of its output is left out`);
  };
  const options = { timeoutMs: step.limitMs, cwd: PROJECT, env, onLine };
  const end = await runToEnd(step.command, step.args, options, signal);
  const counts = await countsOf(step, end);
  const trouble = troubleOf(step, end, counts.failed);
  return {
    name: step.name,
    passed: counts.passed,
    failed: trouble === '' ? counts.failed : counts.failed + 1,
    seconds: (Date.now() - startedAt) / 1000,
    trouble,
    failures: counts.failed > 0 || trouble !== '' ? counts.failures : [],
  };
}

function troubleOf(step: Step, end: CommandEnd, failed: number): string {
  if (end.timedOut) return `did not end within its ${Math.round(step.limitMs / 1000)} s and was killed`;
  if (end.exitCode === 0 || failed > 0) return '';
  return end.signal === null ? `exit code ${end.exitCode ?? '?'}` : `ended by ${end.signal}`;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly string[];
}

const VitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

async function countsOf(step: Step, end: CommandEnd): Promise<Counts> {
  if (step.countsFile !== undefined) {
    const text = await readFile(step.countsFile, 'utf8').catch(() => null);
    if (text === null) return { passed: 0, failed: 0, failures: [] };
    const report = VitestReport.parse(JSON.parse(text));
    const failures = failuresIn(report);
    return {
      passed: report.numPassedTests,
      failed: Math.max(report.numFailedTests, failures.length),
      failures,
    };
  }
  const failures = [firstLines(end.tail.slice(-FAILURE_LIMIT_LINES).join('\n'))];
  for (const line of [...end.tail].reverse()) {
    const match = /^(\d+) passed, (\d+) failed$/.exec(line.trim());
    if (match) return { passed: Number(match[1]), failed: Number(match[2]), failures };
  }
  return { passed: end.exitCode === 0 ? 1 : 0, failed: 0, failures };
}

function failuresIn(report: z.infer<typeof VitestReport>): string[] {
  return report.testResults.flatMap((file) => {
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    const where = relative(PROJECT, file.name);
    // A file that breaks outside its tests, in a hook say, fails none of them.
    if (failed.length === 0) return file.message ? [firstLines(`${where}\n${file.message}`)] : [];
    return failed.map(({ fullName, failureMessages }) =>
      firstLines(`${where} > ${fullName}\n${(failureMessages ?? []).join('\n')}`),
    );
  });
}

function firstLines(text: string): string {
  const lines = text.split('\n').filter((line) => !/^\s+at .*node_modules/.test(line));
  return lines.slice(0, FAILURE_LIMIT_LINES).join('\n');
}
