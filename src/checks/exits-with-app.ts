import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { Container, ContainerState } from '../app/ports/container.ts';
import { ownersOf } from './listeners.ts';
import { exitEvidence } from '../core/run-evidence.ts';
import {
  failed,
  inconclusive,
  passed,
  processText,
  processesEvidence,
  seconds as secondsText,
  timelineEvidence,
} from './outcome.ts';

const POLL_MS = 100;

/** Kills the service's processes from outside: the container must end with them, so that its crash can be seen. */
export const exitsWithApp = checkKind({
  name: 'exits-with-app',
  schema: z.strictObject({
    /** How long the container may outlive the service. */
    seconds: z.number().min(0.5).max(60).default(8),
  }),
  findings: ['kept-alive', 'restarted-inside', 'no-owner'],
  needs: 'answer',
  use: 'ending',
  async run(subject, { seconds }, signal) {
    const { app, port } = subject;
    const expected = `the container ends within ${seconds} s when the service is killed`;
    const owners = port === null ? [] : await ownersOf(app, port, signal);
    if (owners.length === 0) {
      return inconclusive('no-owner', {
        observed: 'no process holds the listening socket of the service any more',
        expected,
        explanation: 'The service could not be found among the processes of the container.',
        evidence: [processesEvidence(await app.processes(signal))],
      });
    }
    const before = await app.state(signal);
    const killed = owners.map(processText).join(', ');
    const killedAt = Date.now();
    await app.signal(owners, 'SIGKILL', signal);
    const end = await waitForEnd(app, before, killedAt + seconds * 1000, signal);
    if (end) {
      return passed({
        observed: `${killed} was killed, and the container ended ${secondsText(Date.now() - killedAt)} later`,
        expected,
        explanation:
          'Whoever watches the container sees the crash: a restart policy can act on it, and an exit code tells of it.',
        evidence: [exitEvidence(end), timelineEvidence(app)],
      });
    }
    const left = await app.processes(signal);
    const listening = port === null ? [] : await ownersOf(app, port, signal);
    return failed(listening.length > 0 ? 'restarted-inside' : 'kept-alive', {
      ...(listening.length === 0 && { byTime: 'late' }),
      observed: `${killed} was killed, and the container still ran ${seconds} s later${listening.length > 0 ? `, with ${listening.map(processText).join(', ')} in its place` : ''}`,
      expected,
      explanation:
        listening.length > 0
          ? 'Something inside the container starts the service again. From outside the crash can’t be seen, and a service that dies at every start looks as if it ran.'
          : 'The container outlives its service: the engine reports it as running, while nothing works. No restart policy and no operator will notice.',
      evidence: [processesEvidence(left, 'Processes after the kill'), timelineEvidence(app)],
    });
  },
});

/** The state of its end, or undefined where it ran on. A container that the engine has restarted did end. */
async function waitForEnd(
  app: Container,
  before: ContainerState,
  untilMs: number,
  signal: AbortSignal,
): Promise<ContainerState | undefined> {
  for (;;) {
    const state = await app.state(signal);
    const restarted = state.restartCount > before.restartCount || state.startedAt !== before.startedAt;
    if (state.status !== 'running' || restarted) return state;
    if (Date.now() >= untilMs) return undefined;
    await sleep(POLL_MS, undefined, { signal });
  }
}
