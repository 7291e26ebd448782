import { randomBytes } from 'node:crypto';
import type { Grader } from '../../src/app/ports/grader.ts';
import type { Report } from '../../src/core/report.ts';
import type { Scenario, Specimen } from '../../src/core/scenario-bundle.ts';
import { renderReport } from '../../src/cli/render-report.ts';
import { styleFor } from '../../src/cli/style.ts';

/** Faults are retried by the worker too; a third one would be shown to staff. */
const MOST_TRIES = 3;
/** Over the longest run that a scenario allows: a grader that hangs is a fault here, and not a night without end. */
const HANGING_MS = 420_000;

export interface Work {
  readonly scenario: Scenario;
  readonly specimen: Specimen;
}

/** One grading of one specimen, and what differs from its declaration. */
export interface Trial extends Work {
  readonly report: Report | undefined;
  readonly failedChecks: readonly string[];
  readonly faults: readonly string[];
  /** Empty where everything is as declared. */
  readonly wrong: string;
  readonly tookMs: number;
}

/** Grades all of `work`, `slots` at once, telling each as it ends. */
export async function gradeSpecimens(
  grade: Grader,
  work: readonly Work[],
  slots: number,
  signal: AbortSignal,
  verbose: boolean,
): Promise<readonly Trial[]> {
  const trials = new Map<Work, Trial>();
  const waiting = [...work];
  const serve = async (): Promise<void> => {
    for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
      const trial = await attempt(grade, next, signal);
      trials.set(next, trial);
      tell(trial, `${trials.size}/${work.length}`, verbose);
    }
  };
  await Promise.all(Array.from({ length: slots }, serve));
  return work.flatMap((item) => trials.get(item) ?? []);
}

async function attempt(grade: Grader, work: Work, signal: AbortSignal): Promise<Trial> {
  const began = performance.now();
  const faults: string[] = [];
  let report: Report | undefined;
  while (report === undefined && faults.length < MOST_TRIES && !signal.aborted) {
    const job = {
      runId: `v${randomBytes(5).toString('hex')}`,
      scenario: work.scenario,
      files: work.specimen.files,
    };
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(HANGING_MS)]);
    report = await grade(job, () => undefined, bounded).catch((error: unknown) => {
      faults.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      return undefined;
    });
  }
  const failedChecks = (report?.checks ?? []).filter(({ status }) => status === 'failed').map(({ id }) => id);
  return {
    ...work,
    report,
    failedChecks,
    faults,
    wrong: report ? difference(work.specimen, report, failedChecks) : 'no verdict',
    tookMs: performance.now() - began,
  };
}

function difference(specimen: Specimen, report: Report, failed: readonly string[]): string {
  const wrong: string[] = [];
  if (report.verdict !== specimen.expectedVerdict)
    wrong.push(`verdict ${report.verdict}, not ${specimen.expectedVerdict}`);
  const expected = [...specimen.expectedFailures].sort().join(' ');
  if ([...failed].sort().join(' ') !== expected)
    wrong.push(`failed [${failed.join(' ')}], not [${expected}]`);
  if (specimen.kind === 'solution' && report.score !== 100) wrong.push(`score ${report.score}`);
  return wrong.join('; ');
}

function tell(trial: Trial, count: string, verbose: boolean): void {
  const { scenario, specimen, report, wrong, faults, tookMs } = trial;
  const time = `${(tookMs / 1000).toFixed(1)} s`;
  const name = `${scenario.id}/${specimen.kind}/${specimen.name}`;
  process.stdout.write(
    `${wrong === '' ? 'ok  ' : 'BAD '} ${count.padEnd(8)} ${time.padStart(7)}  ${name}  ${report?.verdict ?? 'fault'}${wrong === '' ? '' : `  ${wrong}`}\n`,
  );
  for (const fault of faults) process.stdout.write(`     fault: ${fault}\n`);
  if (report && (verbose || wrong !== '')) {
    process.stdout.write(renderReport(report, name, styleFor(process.stdout)));
  }
}
