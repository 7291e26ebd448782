import type { CheckOutcome, CheckResult } from '../core/check-result.ts';
import { GraderFault } from '../core/grader-fault.ts';
import { exitEvidence, logEvidence } from '../core/run-evidence.ts';
import type { CheckSpec } from '../core/scenario.ts';
import { type CheckKind, type CheckUse, CONTAINER_ENDED } from './ports/check-kind.ts';
import { ContainerGone } from './ports/container-gone.ts';
import type { Subject } from './ports/subject.ts';
import { TaskGroup } from './task-group.ts';

interface Declared {
  readonly spec: CheckSpec;
  readonly kind: CheckKind;
}

const REACHED = 'A run that comes to this check.';
const NOT_REACHED =
  'It says nothing about your work: the run ended before. Once that is mended, this is tried.';

/** What a check found out beside the others, and how long that took. */
interface Preparation {
  readonly prepared: unknown;
  readonly tookMs: number;
}

/**
 * Runs every check of the scenario: those that only look at once, then those that disturb one after the other, with
 * fresh containers after each that leaves them ended. What leaves the containers alone goes on beside all of them.
 * Results come in the scenario's order; `onResult` hears each as it is decided.
 * @throws GraderFault when the grader fails, or a check can't be decided at a second try either.
 */
export async function runChecks(
  kinds: ReadonlyMap<string, CheckKind>,
  subject: Subject,
  onResult: (result: CheckResult) => void,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const group = new TaskGroup(signal);
  try {
    return await runAll(kinds, subject, onResult, group);
  } finally {
    await group.end();
  }
}

async function runAll(
  kinds: ReadonlyMap<string, CheckKind>,
  subject: Subject,
  onResult: (result: CheckResult) => void,
  group: TaskGroup,
): Promise<readonly CheckResult[]> {
  const { signal } = group;
  const declared = subject.scenario.checks.map((spec) => ({ spec, kind: kindOf(kinds, spec) }));
  const preparations = new Map(
    declared
      .filter(({ kind }) => kind.prepare !== undefined && canBeTried(kind, subject))
      .map((check) => [check, group.begin(() => prepare(check, subject, signal))]),
  );
  const results = new Map<string, CheckResult>();
  const run = async (check: Declared): Promise<void> => {
    const result = await decide(check, subject, preparations.get(check), signal);
    results.set(check.spec.id, result);
    onResult(result);
  };
  await Promise.all(using(declared, 'shared').map((check) => group.begin(() => run(check))));
  for (const check of using(declared, 'exclusive')) await run(check);
  let ended = false;
  for (const check of using(declared, 'ending')) {
    if (ended && canBeTried(check.kind, subject)) await subject.refresh(signal);
    await run(check);
    ended = true;
  }
  return declared.flatMap(({ spec }) => results.get(spec.id) ?? []);
}

/** The results of a run that came to no checks: all skipped, for one reason. */
export function skipAll(checks: readonly CheckSpec[], why: string): readonly CheckResult[] {
  const outcome = { ...notTried(why), expected: REACHED, explanation: NOT_REACHED };
  return checks.map((spec) => resultOf(spec, outcome, 0));
}

function using(declared: readonly Declared[], use: CheckUse): readonly Declared[] {
  return declared.filter(({ kind }) => kind.use === use);
}

async function decide(
  check: Declared,
  subject: Subject,
  preparation: Promise<Preparation> | undefined,
  signal: AbortSignal,
): Promise<CheckResult> {
  const { spec, kind } = check;
  const first = await observe(check, subject, preparation, signal);
  if (first.outcome.status !== 'inconclusive') return resultOf(spec, first.outcome, first.tookMs);
  // A check that had the containers for itself may have them anew; one beside others is tried with the whole run.
  if (kind.use !== 'shared') await subject.refresh(signal);
  const again = kind.use === 'shared' ? first : await observe(check, subject, undefined, signal);
  if (again.outcome.status === 'inconclusive') {
    throw new GraderFault(`check ${spec.id} could not be decided: ${again.outcome.observed}`, {
      check: spec.id,
    });
  }
  return { ...resultOf(spec, again.outcome, first.tookMs + again.tookMs), tries: 2 };
}

interface Observation {
  readonly outcome: CheckOutcome;
  readonly tookMs: number;
}

async function observe(
  check: Declared,
  subject: Subject,
  preparation: Promise<Preparation> | undefined,
  signal: AbortSignal,
): Promise<Observation> {
  if (!canBeTried(check.kind, subject)) return { outcome: await unmet(subject, signal), tookMs: 0 };
  const { prepared, tookMs } = await (preparation ?? prepare(check, subject, signal));
  const began = performance.now();
  const outcome = await outcomeOf(check, subject, prepared, signal);
  return { outcome, tookMs: tookMs + performance.now() - began };
}

async function prepare(
  { spec, kind }: Declared,
  subject: Subject,
  signal: AbortSignal,
): Promise<Preparation> {
  const began = performance.now();
  const prepared = await kind.prepare?.(subject, kind.schema.parse(spec.with), signal);
  return { prepared, tookMs: performance.now() - began };
}

async function outcomeOf(
  { spec, kind }: Declared,
  subject: Subject,
  prepared: unknown,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  try {
    return await kind.run(subject, kind.schema.parse(spec.with), signal, prepared);
  } catch (error) {
    if (error instanceof ContainerGone) return containerEnded(spec, subject, signal);
    throw error;
  }
}

function canBeTried(kind: CheckKind, subject: Subject): boolean {
  const { state } = subject.readiness;
  switch (kind.needs) {
    case 'build':
      return true;
    case 'container':
      return state !== 'ended';
    case 'answer':
      return state === 'answered';
  }
}

async function unmet(subject: Subject, signal: AbortSignal): Promise<CheckOutcome> {
  const { readiness } = subject;
  switch (readiness.state) {
    case 'ended': {
      const { container } = readiness;
      const log = await subject.app.log(signal);
      const how =
        container.status === 'refused'
          ? 'was never started'
          : `ended with exit code ${String(container.exitCode)} before it answered`;
      return {
        ...notTried(`The container ${how}, so this could not be tried.`),
        evidence: [exitEvidence(container), logEvidence(log)],
      };
    }
    case 'not-published':
      return notTried(
        `Nothing is published at port ${subject.scenario.port}, so nobody outside could ask the service and this could not be tried.`,
      );
    case 'other-answer':
      return notTried(
        `What answered was not this build of the service (${readiness.answer}), so this could not be tried.`,
      );
    case 'silent':
      return {
        ...notTried(
          `The service gave no answer from outside within ${Math.round(readiness.tookMs / 1000)} s (${readiness.error}), so this could not be tried.`,
        ),
        evidence: [logEvidence(await subject.app.log(signal))],
      };
    case 'answered':
      throw new GraderFault('a check was skipped although the service answers');
  }
}

async function containerEnded(spec: CheckSpec, subject: Subject, signal: AbortSignal): Promise<CheckOutcome> {
  const [state, log] = await Promise.all([subject.app.state(signal), subject.app.log(signal)]);
  return {
    status: 'failed',
    finding: CONTAINER_ENDED,
    observed: `The container ended (exit code ${String(state.exitCode)}) while this was being looked at.`,
    expected: `A container that keeps running: ${spec.title}`,
    explanation:
      'What ends by itself while it is asked serves nobody. Its last log lines and its exit code say why it ended.',
    evidence: [exitEvidence(state), logEvidence(log)],
  };
}

function notTried(observed: string): CheckOutcome {
  return {
    status: 'skipped',
    observed,
    expected: 'A service that can be asked.',
    explanation: 'This check builds on another one: once that passes, this one is tried.',
    evidence: [],
  };
}

function resultOf(spec: CheckSpec, outcome: CheckOutcome, durationMs: number): CheckResult {
  const passed = outcome.status === 'passed';
  const hint =
    passed || outcome.status === 'skipped'
      ? ''
      : (spec.hints[outcome.finding ?? ''] ?? spec.hints['default'] ?? '');
  return {
    id: spec.id,
    kind: spec.kind,
    title: spec.title,
    status: outcome.status,
    points: passed ? spec.points : 0,
    maxPoints: spec.points,
    required: spec.required,
    ...(outcome.finding !== undefined && { finding: outcome.finding }),
    ...(outcome.byTime !== undefined && { byTime: outcome.byTime }),
    observed: outcome.observed,
    expected: outcome.expected,
    explanation: outcome.explanation,
    hint,
    evidence: [...outcome.evidence],
    durationMs: Math.round(durationMs),
  };
}

function kindOf(kinds: ReadonlyMap<string, CheckKind>, spec: CheckSpec): CheckKind {
  const kind = kinds.get(spec.kind);
  if (kind === undefined) throw new GraderFault(`check ${spec.id} is of an unknown kind, ${spec.kind}`);
  return kind;
}
