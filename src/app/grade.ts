import { randomBytes } from 'node:crypto';
import type { CheckResult } from '../core/check-result.ts';
import { isDecidedByTime } from '../core/decided-by-time.ts';
import { GraderFault } from '../core/grader-fault.ts';
import type { PolicyFinding } from '../core/policy-finding.ts';
import type { Plan } from '../core/plan.ts';
import type { FileSet } from '../core/file-set.ts';
import { reportOf } from '../core/make-report.ts';
import type { Report } from '../core/report.ts';
import type { Phase } from '../core/run-event.ts';
import type { Scenario } from '../core/scenario-bundle.ts';
import type { Execution } from '../core/verdict.ts';
import { buildImages, type Built } from './build-images.ts';
import type { GradeJob, RunListener } from './grade-job.ts';
import type { Bench, Benches } from './ports/bench.ts';
import type { CheckKind } from './ports/check-kind.ts';
import type { GivenUpstream } from './ports/subject.ts';
import { buildContext, prepareFiles, type PreparedFiles } from './prepare-files.ts';
import { runChecks, skipAll } from './run-checks.ts';
import { RunSubject } from './run-subject.ts';

/** The policy, as `grade` needs it: a plan or refusals. Pure. */
export type Policy = (
  files: FileSet,
  scenario: Scenario,
) =>
  | { readonly accepted: false; readonly refusals: readonly PolicyFinding[] }
  | { readonly accepted: true; readonly plan: Plan; readonly notices: readonly PolicyFinding[] };

export interface GradeDependencies {
  readonly benches: Benches;
  readonly policy: Policy;
  readonly kinds: ReadonlyMap<string, CheckKind>;
}

/**
 * Grades one submission: policy, build, run, checks, verdict. Whatever is wrong with the submission is the report.
 * @throws GraderFault for the grader's own failures, and `signal`'s reason once it was aborted.
 */
export async function grade(
  deps: GradeDependencies,
  job: GradeJob,
  listener: RunListener,
  signal: AbortSignal,
): Promise<Report> {
  const run = new Run(job, listener);
  const prepared = prepareFiles(job.scenario, job.files);
  run.enter('policy');
  const outcome = deps.policy(prepared.files, job.scenario);
  if (!outcome.accepted) {
    const checks = skipAll(job.scenario.checks, 'The submission was not taken, so nothing was built.');
    return run.report({
      execution: { stage: 'policy' },
      checks,
      policy: outcome.refusals,
      notices: prepared.notices,
    });
  }
  const notices = [...prepared.notices, ...outcome.notices];
  await using bench = await deps.benches.take(job.runId, signal);
  run.engine = bench.engineVersion;
  const deadline = AbortSignal.timeout(job.scenario.limits.totalSeconds * 1000);
  try {
    const outcomeOfRun = await execute(
      deps,
      bench,
      run,
      prepared,
      outcome.plan,
      AbortSignal.any([signal, deadline, bench.overgrown]),
    );
    const isSlow = wasBuildTooSlow(outcomeOfRun.execution) || isDecidedByTime(outcomeOfRun.checks);
    if (isSlow && (await bench.isOverloaded())) {
      throw new GraderFault(
        'the machine has more to do than it has cores for: a time limit here would prove nothing',
      );
    }
    const report = run.report({ ...outcomeOfRun, notices });
    if (report.verdict !== 'passed' && (await bench.lacksDisk()))
      throw new GraderFault('the disk of the engine is full: what failed may have failed for want of it');
    return report;
  } catch (error) {
    signal.throwIfAborted();
    if (bench.overgrown.aborted)
      return run.report({
        execution: { stage: 'run', cause: 'disk-limit' },
        checks: run.decided(FULL),
        notices,
      });
    if (!deadline.aborted) throw error;
    if (await bench.isOverloaded())
      throw new GraderFault('the machine was too busy to finish a run', { cause: error });
    const over = `The run's ${job.scenario.limits.totalSeconds} s were over before this could be tried.`;
    return run.report({ execution: { stage: 'deadline' }, checks: run.decided(over), notices });
  }
}

const FULL = 'The run had written more to disk than it may before this could be tried.';

interface Outcome {
  readonly execution: Execution;
  readonly checks: readonly CheckResult[];
  readonly buildLog?: readonly string[];
}

async function execute(
  deps: GradeDependencies,
  bench: Bench,
  run: Run,
  prepared: PreparedFiles,
  plan: Plan,
  signal: AbortSignal,
): Promise<Outcome> {
  const { scenario } = run.job;
  run.enter('building');
  const context = buildContext(scenario, prepared.files);
  const [upstream, built] = await Promise.all([
    giveUpstream(bench, signal),
    buildImages(bench, plan, context, scenario.limits, run.log, signal),
  ]);
  if (!built.ok) return buildFailed(scenario, built);
  run.enter('starting');
  const subject = new RunSubject({ scenario, plan, bench, context, upstream, ...built });
  const readiness = await subject.refresh(signal);
  run.enter('checking');
  const checks = await runChecks(deps.kinds, subject, run.decide, signal);
  const outOfMemory = await wasOutOfMemory(subject, signal);
  if (readiness.state === 'ended') {
    const { oomKilled } = readiness.container;
    return { execution: { stage: 'run', cause: oomKilled ? 'memory-limit' : 'crashed' }, checks };
  }
  return { execution: { stage: 'checks', outOfMemory }, checks };
}

/** The upstream of this run: a name that nobody can know beforehand, with an answer that nobody can have prepared. */
async function giveUpstream(bench: Bench, signal: AbortSignal): Promise<GivenUpstream> {
  const name = `api-${randomBytes(5).toString('hex')}.example.com`;
  const nonce = randomBytes(12).toString('hex');
  const body = JSON.stringify({ quote: 'A container lives as long as its first process.', nonce });
  const { address } = await bench.internet.publish(name, body, signal);
  return { name, url: `http://${name}/quote`, address, body, nonce };
}

function buildFailed(scenario: Scenario, built: Extract<Built, { ok: false }>): Outcome {
  const why = `The build did not succeed (${built.message.split('\n')[0] ?? ''}), so nothing could be run.`;
  return {
    execution: { stage: 'build', cause: built.cause },
    checks: skipAll(scenario.checks, why),
    buildLog: [...built.logTail, built.message],
  };
}

async function wasOutOfMemory(subject: RunSubject, signal: AbortSignal): Promise<boolean> {
  const { app } = subject;
  return app.events().some(({ action }) => action === 'oom') || (await app.state(signal)).oomKilled;
}

/** Did time alone decide? Then a machine that was too busy would have decided it. */
function wasBuildTooSlow(execution: Execution): boolean {
  return execution.stage === 'build' && execution.cause === 'time-limit';
}

/** What a run has told so far, and how long its phases took. */
class Run {
  readonly job: GradeJob;
  engine = '';
  readonly #listener: RunListener;
  readonly #began = performance.now();
  readonly #timings: Record<string, number> = {};
  readonly #decided = new Map<string, CheckResult>();
  #phase: { readonly name: Phase; readonly began: number } | undefined;

  constructor(job: GradeJob, listener: RunListener) {
    this.job = job;
    this.#listener = listener;
  }

  enter(name: Phase): void {
    const now = performance.now();
    if (this.#phase) this.#timings[this.#phase.name] = Math.round(now - this.#phase.began);
    this.#phase = { name, began: now };
    this.#listener({ type: 'phase', phase: name, atMs: Date.now() });
  }

  readonly log = (line: string): void => {
    this.#listener({ type: 'log', line });
  };

  readonly decide = (result: CheckResult): void => {
    this.#decided.set(result.id, result);
    this.#listener({ type: 'check', result });
  };

  /** The results so far, the others skipped. */
  decided(why: string): readonly CheckResult[] {
    return skipAll(this.job.scenario.checks, why).map((result) => this.#decided.get(result.id) ?? result);
  }

  report(
    outcome: Outcome & { policy?: readonly PolicyFinding[]; notices: readonly PolicyFinding[] },
  ): Report {
    this.enter('recording');
    const { recording: _, ...timings } = this.#timings;
    return reportOf(this.job.scenario, {
      ...outcome,
      timings: { ...timings, total: Math.round(performance.now() - this.#began) },
      engine: this.engine,
    });
  }
}
