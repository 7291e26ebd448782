import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { Container, ContainerState } from '../app/ports/container.ts';
import { meaningOfExit, whyNeverStarted } from '../core/exit-code.ts';
import { exitEvidence, logEvidence } from '../core/run-evidence.ts';
import {
  argvText,
  byTimeOf,
  failed,
  passed,
  plural,
  processText,
  seconds as secondsText,
  timelineEvidence,
} from './outcome.ts';

/** The container's main process lives on after it is ready: the same one, never restarted. */
export const staysRunning = checkKind({
  name: 'stays-running',
  schema: z.strictObject({
    /** How long it must live on once it is ready. */
    seconds: z.number().min(0.5).max(60).default(3),
  }),
  findings: ['not-started', 'out-of-memory', 'finished', 'exited', 'restarts'],
  needs: 'build',
  use: 'shared',
  async run(subject, { seconds }, signal) {
    const { app, readiness } = subject;
    const expected = `the main process started once, and runs ${seconds} s after the service was ready`;
    if (readiness.state === 'ended') {
      return readiness.container.restartCount > 0
        ? restartedOutcome(app, readiness.container, expected, signal)
        : endedOutcome(app, readiness.container, expected, signal);
    }

    const before = await lifeOf(app, signal);
    await sleep(seconds * 1000, undefined, { signal });
    const after = await lifeOf(app, signal);
    if (after.state.restartCount > 0 || after.state.startedAt !== before.state.startedAt) {
      return restartedOutcome(app, after.state, expected, signal);
    }
    if (after.state.status !== 'running') return endedOutcome(app, after.state, expected, signal);
    if (before.main && after.main && before.main.startTicks !== after.main.startTicks) {
      return failed('restarts', {
        observed: 'the main process is another one than before',
        expected,
        explanation: 'The process that the container was started with is gone, and another took its place.',
        evidence: [timelineEvidence(app), logEvidence(await app.log(signal))],
      });
    }
    const main = after.main ? processText(after.main) : `\`${argvText(after.state.argv)}\``;
    return passed({
      observed: `${main} has been running since the start, without a restart`,
      expected,
      explanation:
        readiness.state === 'answered'
          ? `A container lives exactly as long as its main process, and this one goes on. It was ready after ${secondsText(readiness.tookMs)}.`
          : 'The main process goes on. That alone does not make a service: whether anything answers is another check.',
      evidence: [timelineEvidence(app)],
    });
  },
});

async function lifeOf(app: Container, signal: AbortSignal) {
  const state = await app.state(signal);
  const processes = state.status === 'running' ? await app.processes(signal) : [];
  return { state, main: processes.find((process) => process.pid === 1) };
}

async function restartedOutcome(
  app: Container,
  state: ContainerState,
  expected: string,
  signal: AbortSignal,
) {
  return failed('restarts', {
    observed: `the main process \`${argvText(state.argv)}\` ended, and the engine started it anew ${plural(state.restartCount, 'time')}`,
    expected,
    explanation:
      'A restart policy starts a container again when its main process ends. That hides a crash instead of mending it: the service is away each time.',
    evidence: [exitEvidence(state), logEvidence(await app.log(signal)), timelineEvidence(app)],
  });
}

async function endedOutcome(app: Container, state: ContainerState, expected: string, signal: AbortSignal) {
  const argv = argvText(state.argv);
  const evidence = [exitEvidence(state), logEvidence(await app.log(signal)), timelineEvidence(app)];
  if (state.status === 'refused' || state.startError !== '') {
    return failed('not-started', {
      ...byTimeOf(state),
      observed: `\`${argv}\` was never started: ${whyNeverStarted(state)}`,
      expected,
      explanation: meaningOfExit(state),
      evidence,
    });
  }
  const after = state.ranForMs === null ? '' : ` after ${secondsText(state.ranForMs)}`;
  const finding = state.oomKilled ? 'out-of-memory' : state.exitCode === 0 ? 'finished' : 'exited';
  return failed(finding, {
    observed: `the main process \`${argv}\` ended${after} with exit code ${state.exitCode ?? 'unknown'}`,
    expected,
    explanation: `A container lives exactly as long as its main process. ${meaningOfExit(state)}`,
    evidence,
  });
}
