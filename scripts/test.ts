import { rm } from 'node:fs/promises';
import { type Machine, type Need, openMachine } from '../src/machine/open-machine.ts';
import { lineProgress } from '../src/machine/progress.ts';
import { SetupProblem } from '../src/machine/setup-problem.ts';
import { writeScorecard } from './scorecard/write-scorecard.ts';
import { runScript } from './steps/ending.ts';
import { buildPages, generateClient } from './steps/prepare-code.ts';
import { PROJECT, packageCommand } from './steps/project.ts';
import { type Step, type StepResult, countsFileOf, runStep } from './steps/run-step.ts';

/**
 * Whatever happens, the whole is over by then. Limits are several times what a quiet machine with two cores needs: they
 * are there to name a step that hangs, and no slow machine may meet them.
 */
const WHOLE_LIMIT_MS = 75 * 60_000;
/** Says in the log of a CI where it is, should it be cut off. */
const HEARTBEAT_MS = 30_000;
const SETUP_LIMIT_MS = 25 * 60_000;
const SCORECARD = '.data/attack-scorecard.md';

interface TestStep extends Step {
  readonly needs: readonly Need[];
}

const STEPS: readonly TestStep[] = [
  { ...script('check', 'scripts/check.ts', 600), needs: [] },
  { ...vitest('unit', 600), needs: [] },
  { ...vitest('integration', 900), needs: ['postgres', 'redis', 'ssh'] },
  { ...vitest('docker', 1200), needs: ['engine', 'compose'] },
  { ...vitest('e2e', 900), needs: ['engine', 'postgres', 'redis', 'browser'] },
  { ...vitest('attacks', 1200), needs: ['engine', 'postgres', 'redis'] },
  { ...vitest('faults', 2400), needs: ['engine', 'postgres', 'redis'] },
  { ...script('scenarios', 'scripts/scenarios-verify.ts', 2400), needs: ['engine'] },
];

await runScript(async (signal) => {
  const startedAt = Date.now();
  const chosen = chooseSteps(process.argv.slice(2));
  const write = (line: string): void => {
    process.stdout.write(`${line}\n`);
  };
  const progress = lineProgress(write);
  const results: StepResult[] = [];
  const run = async (step: Step, env: NodeJS.ProcessEnv): Promise<void> => {
    const left = Math.max(startedAt + WHOLE_LIMIT_MS - Date.now(), 1000);
    progress.note(`${step.name}: begins (limit ${Math.round(Math.min(step.limitMs, left) / 1000)} s)`);
    if (step.countsFile !== undefined) await rm(step.countsFile, { force: true });
    const begunAt = Date.now();
    const heartbeat = setInterval(() => {
      progress.note(`  ${step.name}: runs for ${Math.round((Date.now() - begunAt) / 1000)} s`);
    }, HEARTBEAT_MS);
    const result = await runStep({ ...step, limitMs: Math.min(step.limitMs, left) }, env, write, signal);
    clearInterval(heartbeat);
    results.push(result);
    progress.note(`${result.name}: ${result.passed} passed, ${result.failed} failed ${result.trouble}`);
    signal.throwIfAborted();
  };

  await generateClient(progress, signal);
  if (chosen.some(({ name }) => name === 'e2e')) await buildPages(progress, signal);
  const needs = [...new Set(chosen.flatMap((step) => step.needs))];
  const machine = setUp(needs, progress, signal);
  // It is waited for after the first steps; until then a failure of it must not end the process.
  machine.catch(() => undefined);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NO_COLOR: '1',
    FORCE_COLOR: '0',
    CI: process.env['CI'] ?? '1',
  };
  try {
    for (const step of chosen.filter((each) => each.needs.length === 0)) await run(step, env);
    const ready = await machine.catch((error: unknown) => {
      if (!(error instanceof SetupProblem) || signal.aborted) throw error;
      results.push({
        name: 'setup',
        passed: 0,
        failed: 1,
        seconds: (Date.now() - startedAt) / 1000,
        trouble: error.message,
        failures: [],
      });
      return null;
    });
    if (ready !== null) {
      for (const step of chosen.filter((each) => each.needs.length > 0))
        await run(step, { ...env, ...ready.env });
    }
  } finally {
    const opened = await machine.catch(() => null);
    await opened?.[Symbol.asyncDispose]();
  }
  if (chosen.some(({ name }) => name === 'attacks')) {
    // In a folder of its own: a test run leaves the project's files alone.
    await writeScorecard(SCORECARD);
    write(`scorecard of the attacks: ${SCORECARD}`);
  }
  return report(results, write);
});

async function setUp(
  needs: readonly Need[],
  progress: ReturnType<typeof lineProgress>,
  signal: AbortSignal,
): Promise<Machine> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(SETUP_LIMIT_MS)]);
  const given = { env: process.env, path: process.env['PATH'] ?? '', purpose: 'test' } as const;
  return openMachine(PROJECT, needs, given, progress, until).catch((error: unknown) => {
    if (until.aborted && !signal.aborted) {
      throw new SetupProblem(
        `The setup did not end within ${SETUP_LIMIT_MS / 60_000} minutes; the last lines above say where it was.`,
        { cause: error },
      );
    }
    throw error;
  });
}

function chooseSteps(names: readonly string[]): readonly TestStep[] {
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new SetupProblem(
      `There is no step ${unknown.join(', ')}. The steps are ${STEPS.map(({ name }) => name).join(', ')}.`,
    );
  }
  return STEPS.filter((step) => names.length === 0 || names.includes(step.name));
}

function report(results: readonly StepResult[], write: (line: string) => void): number {
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  write('');
  for (const each of results) {
    const mark = each.failed === 0 ? 'ok  ' : 'FAIL';
    const counts = `${each.passed} passed, ${each.failed} failed`;
    write(
      `${mark} ${each.name.padEnd(12)} ${counts.padEnd(24)} ${each.seconds.toFixed(1).padStart(7)} s  ${each.trouble}`,
    );
  }
  for (const { name, failures } of results) {
    for (const failure of failures) write(`\n${failure.replace(/^/gm, `[${name}] `)}`);
  }
  write('');
  write(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function script(name: string, path: string, limitSeconds: number): Step {
  return { name, command: packageCommand('tsx'), args: [path], limitMs: limitSeconds * 1000 };
}

function vitest(project: string, limitSeconds: number): Step {
  const countsFile = countsFileOf(project);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${countsFile}`];
  return {
    name: project,
    command: packageCommand('vitest'),
    args: ['run', '--project', project, ...reporters],
    limitMs: limitSeconds * 1000,
    countsFile,
  };
}
