import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type CommandEnd, runToEnd } from '../../src/machine/run-command.ts';
import { PROJECT } from './project.ts';

const OUTPUT_LIMIT_LINES = 5000;

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
  };
}

function troubleOf(step: Step, end: CommandEnd, failed: number): string {
  if (end.timedOut) return `did not end within its ${Math.round(step.limitMs / 1000)} s and was killed`;
  if (end.exitCode === 0 || failed > 0) return '';
  return end.signal === null ? `exit code ${end.exitCode ?? '?'}` : `ended by ${end.signal}`;
}

const VitestCounts = z.object({ numPassedTests: z.number(), numFailedTests: z.number() });

async function countsOf(
  step: Step,
  end: CommandEnd,
): Promise<{ readonly passed: number; readonly failed: number }> {
  if (step.countsFile !== undefined) {
    const text = await readFile(step.countsFile, 'utf8').catch(() => null);
    if (text === null) return { passed: 0, failed: 0 };
    const counts = VitestCounts.parse(JSON.parse(text));
    return { passed: counts.numPassedTests, failed: counts.numFailedTests };
  }
  for (const line of [...end.tail].reverse()) {
    const match = /^(\d+) passed, (\d+) failed$/.exec(line.trim());
    if (match) return { passed: Number(match[1]), failed: Number(match[2]) };
  }
  return { passed: end.exitCode === 0 ? 1 : 0, failed: 0 };
}
