import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { ContainerState } from '../app/ports/container.ts';
import type { Subject } from '../app/ports/subject.ts';
import type { RestartPolicy } from '../core/plan.ts';
import { exitEvidence } from '../core/run-evidence.ts';
import { failed, passed, plural, seconds, timelineEvidence, type Findings } from './outcome.ts';
import { waitUntilServed } from './serves-build.ts';
import { waitFor } from './wait-for.ts';

const Parameters = z.strictObject({
  /** From the kill until it must serve again; absent: a little more than the scenario gives a first start. */
  withinMs: z.number().int().min(1000).max(120_000).optional(),
  versionPath: z.string().startsWith('/').default('/version'),
});

/** A policy that gives up after one crash doesn't last: the second one shows it. */
const CRASHES = 2;
/** What the engine itself may take, beside the start of the service. */
const RESTART_MS = 10_000;

const FINDINGS = ['not-restarted', 'not-again', 'not-serving', 'ended'] as const;

/**
 * The engine starts the container again after a crash. The crash is a SIGKILL from the host: one from inside doesn't
 * reach PID 1, and `docker kill` marks the container as stopped by hand, which no restart policy answers.
 */
export const restarts = checkKind({
  name: 'restarts',
  schema: Parameters,
  findings: FINDINGS,
  needs: 'answer',
  use: 'ending',
  async run(subject, parameters, signal) {
    const withinMs = parameters.withinMs ?? subject.scenario.limits.startSeconds * 1000 + RESTART_MS;
    const tooksMs: number[] = [];
    for (let crash = 1; crash <= CRASHES; crash++) {
      const tried = await crashOnce(subject, crash, { ...parameters, withinMs }, signal);
      if ('finding' in tried) return failed(tried.finding, { ...lesson(withinMs), ...tried });
      tooksMs.push(tried.tookMs);
    }
    const policy = subject.service.restart.name;
    const state = await subject.app.state(signal);
    return passed({
      ...lesson(withinMs),
      observed: `The main process was killed ${plural(CRASHES, 'time')}; the engine restarted the container each time (policy \`${policy}\`), and it served again after ${tooksMs.map(seconds).join(' and ')}.`,
      evidence: [timelineEvidence(subject.app), exitEvidence(state)],
    });
  },
});

type Tried =
  | { readonly tookMs: number }
  | ({ readonly finding: (typeof FINDINGS)[number] } & Pick<Findings, 'observed' | 'evidence' | 'byTime'>);

async function crashOnce(
  subject: Subject,
  crash: number,
  { withinMs, versionPath }: { readonly withinMs: number; readonly versionPath: string },
  signal: AbortSignal,
): Promise<Tried> {
  const { app, service } = subject;
  const policy = service.restart.name;
  const before = await app.state(signal);
  const main = (await app.processes(signal)).find((process) => process.pid === 1);
  if (main === undefined) return { finding: 'ended', ...endedBefore(before) };

  const killedAtMs = Date.now();
  await app.signal([main], 'SIGKILL', signal);
  const state = await waitFor(
    () => app.state(signal),
    (seen) =>
      seen.restartCount > before.restartCount || (seen.status === 'exited' && isOver(service.restart, seen)),
    { withinMs, everyMs: 250 },
    signal,
  );
  const evidence = [timelineEvidence(app), exitEvidence(state)];
  if (state.restartCount <= before.restartCount) {
    const when = crash === 1 ? '' : ' once more';
    const observed = `The main process was killed${when}, and the container stayed down (restart policy \`${policy}\`, ${plural(state.restartCount, 'restart')}).`;
    const byTime = isOver(service.restart, state) ? {} : ({ byTime: 'late' } as const);
    return { finding: crash === 1 ? 'not-restarted' : 'not-again', ...byTime, observed, evidence };
  }
  const leftMs = Math.max(1000, withinMs - (Date.now() - killedAtMs));
  const served = await waitUntilServed(subject, versionPath, leftMs, signal);
  if (served.ok) return { tookMs: Date.now() - killedAtMs };
  const observed = `The engine restarted the container (policy \`${policy}\`), but it doesn't serve: ${served.observed}.`;
  return { finding: 'not-serving', byTime: 'late', observed, evidence };
}

/** Will the engine start it no more, as far as the policy tells? */
function isOver({ name, maximumRetries = 0 }: RestartPolicy, { restartCount }: ContainerState): boolean {
  return name === 'no' || (maximumRetries > 0 && restartCount >= maximumRetries);
}

function lesson(withinMs: number): Pick<Findings, 'expected' | 'explanation'> {
  return {
    expected: `After each crash of its main process, the container is started again and serves within ${seconds(withinMs)}.`,
    explanation:
      'A process that crashes at night has to come back without anybody being there, and so it has the night after. The engine does that when the container has a restart policy; the default is `no`. The proof here is a crash: the main process was killed from the host.',
  };
}

function endedBefore(state: ContainerState) {
  return {
    observed: `The container isn't running any more (${state.status}), so its crash can't be tried.`,
    evidence: [exitEvidence(state)],
  };
}
