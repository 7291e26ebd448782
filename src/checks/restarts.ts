import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { ContainerState } from '../app/ports/container.ts';
import { exitEvidence } from '../core/run-evidence.ts';
import { failed, passed, seconds, timelineEvidence } from './outcome.ts';
import { waitUntilServed } from './serves-build.ts';
import { waitFor } from './wait-for.ts';

const Parameters = z.strictObject({
  /** From the kill until it must serve again; absent: a little more than the scenario gives a first start. */
  withinMs: z.number().int().min(1000).max(120_000).optional(),
  versionPath: z.string().startsWith('/').default('/version'),
});

/** What the engine itself may take, beside the start of the service. */
const RESTART_MS = 10_000;

/**
 * The engine starts the container again after a crash. The crash is a SIGKILL from the host: one from inside doesn't
 * reach PID 1, and `docker kill` marks the container as stopped by hand, which no restart policy answers.
 */
export const restarts = checkKind({
  name: 'restarts',
  schema: Parameters,
  needs: 'answer',
  use: 'ending',
  async run(subject, { withinMs: declaredMs, versionPath }, signal) {
    const { app, service, scenario } = subject;
    const withinMs = declaredMs ?? scenario.limits.startSeconds * 1000 + RESTART_MS;
    const policy = service.restart.name;
    const findings = {
      expected: `After its main process has crashed, the container is started again and serves within ${seconds(withinMs)}.`,
      explanation:
        'A process that crashes at night has to come back without anybody being there. The engine does that when the container has a restart policy; the default is `no`. The proof here is a crash: the main process was killed from the host.',
    };
    const before = await app.state(signal);
    const main = (await app.processes(signal)).find((process) => process.pid === 1);
    if (main === undefined) return failed('ended', { ...findings, ...endedBefore(before) });

    const killedAtMs = Date.now();
    await app.signal([main], 'SIGKILL', signal);
    const state = await waitFor(
      () => app.state(signal),
      (seen) => seen.restartCount > before.restartCount || (seen.status === 'exited' && policy === 'no'),
      { withinMs, everyMs: 250 },
      signal,
    );
    const evidence = () => [timelineEvidence(app), exitEvidence(state)];
    if (state.restartCount <= before.restartCount) {
      const observed = `The main process was killed, and the container stayed down (restart policy \`${policy}\`, ${state.restartCount} restarts).`;
      return failed('not-restarted', { ...findings, observed, evidence: evidence() });
    }
    const leftMs = Math.max(1000, withinMs - (Date.now() - killedAtMs));
    const served = await waitUntilServed(subject, versionPath, leftMs, signal);
    const tookMs = Date.now() - killedAtMs;
    if (!served.ok) {
      const observed = `The engine restarted the container (policy \`${policy}\`), but it doesn't serve: ${served.observed}.`;
      return failed('not-serving', { ...findings, observed, evidence: evidence() });
    }
    const observed = `The main process was killed; the engine restarted the container (policy \`${policy}\`), and it served again after ${seconds(tookMs)}.`;
    return passed({ ...findings, observed, evidence: evidence() });
  },
});

function endedBefore(state: ContainerState) {
  return {
    observed: `The container isn't running any more (${state.status}), so its crash can't be tried.`,
    evidence: [exitEvidence(state)],
  };
}
