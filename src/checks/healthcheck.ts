import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { Container, ContainerProcess } from '../app/ports/container.ts';
import type { Subject } from '../app/ports/subject.ts';
import type { CheckOutcome } from '../core/check-result.ts';
import { healthEvidence, waitForHealth } from './health.ts';
import { ownersOf } from './listeners.ts';
import { exitEvidence } from '../core/run-evidence.ts';
import { failed, inconclusive, passed, seconds, type Findings } from './outcome.ts';

/** The health check tells the truth: healthy while the service works, unhealthy while it is frozen, healthy again. */
export const healthcheck = checkKind({
  name: 'healthcheck',
  schema: z.strictObject({
    /** How long it may take to turn healthy; the health check is run every second. */
    healthySeconds: z.number().min(1).max(120).default(30),
    /** How long it may take to notice that the service is frozen. */
    unhealthySeconds: z.number().min(1).max(180).default(30),
  }),
  findings: [
    'no-healthcheck',
    'command-missing',
    'never-healthy',
    'always-healthy',
    'stays-unhealthy',
    'not-asked',
    'ended',
    'no-owner',
  ],
  needs: 'answer',
  use: 'exclusive',
  async run(subject, { healthySeconds, unhealthySeconds }, signal) {
    const { app, port } = subject;
    const first = await app.state(signal);
    if (first.health === null) return noHealthcheck();

    const healthy = await waitForHealth(app, 'healthy', healthySeconds * 1000, signal);
    if (healthy.reached === 'none') return noHealthcheck();
    if (healthy.reached !== 'healthy') {
      const { probes } = healthy.state.health ?? { probes: [] };
      const last = probes.at(-1);
      const finding = last?.exitCode === 127 || last?.exitCode === 126 ? 'command-missing' : 'never-healthy';
      return failedWhere(healthy.settled, finding, {
        observed: `the service answers, yet its health was ${healthy.reached} after ${seconds(healthy.tookMs)}${last ? `; the last probe ended with ${last.exitCode}` : ''}`,
        expected: EXPECTED,
        explanation: explainProbe(last?.exitCode),
        evidence: [healthEvidence(healthy.state, app)],
      });
    }

    const frozen = port === null ? [] : await servingProcesses(subject, port, signal);
    if (frozen.length === 0) {
      return inconclusive('no-owner', {
        observed: 'no process holds the listening socket of the service',
        expected: EXPECTED,
        explanation: 'The service could not be found among the processes of the container.',
        evidence: [],
      });
    }
    try {
      await app.signal(frozen, 'SIGSTOP', signal);
      const ill = await waitForHealth(app, 'unhealthy', unhealthySeconds * 1000, signal);
      if (ill.reached === 'ended') return await endedWhileFrozen();
      if (ill.reached !== 'unhealthy') {
        return failedWhere(ill.settled, 'always-healthy', {
          observed: `every process of the service was frozen, and ${seconds(ill.tookMs)} later its health was still ${ill.reached}`,
          expected: EXPECTED,
          explanation:
            'A frozen service answers nobody, though its process is there and its port still takes connections. A probe that succeeds all the same looks at something else than what users need: an answer.',
          evidence: [healthEvidence(healthy.state, app), healthEvidence(ill.state, app)],
        });
      }
      if (!(await wasAsked(app, frozen, signal))) {
        return failed('not-asked', {
          observed: `the service was frozen and the probe noticed, yet nobody in the container had asked it anything`,
          expected: EXPECTED,
          explanation:
            'A probe that looks at the process instead of asking it finds this one kind of standstill and no other. A service that is busy for ever, or that has lost what it needs, looks well from there.',
          evidence: [healthEvidence(ill.state, app)],
        });
      }
      await app.signal(frozen, 'SIGCONT', signal);
      const again = await waitForHealth(app, 'healthy', healthySeconds * 1000, signal);
      if (again.reached !== 'healthy') {
        return failedWhere(again.settled, 'stays-unhealthy', {
          observed: `the service went on after it had been frozen, and ${seconds(again.tookMs)} later its health was ${again.reached}`,
          expected: EXPECTED,
          explanation:
            'A health check has to tell how the service is now. This one remembers that it was ill, or leaves something behind that keeps it ill.',
          evidence: [healthEvidence(again.state, app)],
        });
      }
      return passed({
        observed: `healthy at first, unhealthy ${seconds(ill.tookMs)} after the service was frozen, healthy again ${seconds(again.tookMs)} after it went on`,
        expected: EXPECTED,
        explanation: 'The probe asks the service itself, so whoever acts on its health acts on the truth.',
        evidence: [healthEvidence(ill.state, app), healthEvidence(again.state, app)],
      });
    } finally {
      // Also when the run is being given up: nothing may be left standing still.
      await app.signal(frozen, 'SIGCONT', AbortSignal.timeout(5000));
    }

    async function endedWhileFrozen() {
      const state = await app.state(signal);
      return failed('ended', {
        observed: 'the container ended while its service was frozen',
        expected: EXPECTED,
        explanation:
          'A health check reports; what to do about it is for those who watch. This one ended the container.',
        evidence: [exitEvidence(state), healthEvidence(state, app)],
      });
    }
  },
});

const EXPECTED =
  'healthy while the service answers, unhealthy while it is frozen, and healthy again afterwards';

/** A machine so busy that hardly a probe came to its end has decided nothing. */
function failedWhere<Finding extends string>(
  settled: boolean,
  finding: Finding,
  findings: Findings,
): CheckOutcome<Finding> {
  return settled ? failed(finding, findings) : inconclusive(finding, findings);
}

function noHealthcheck() {
  return failed('no-healthcheck', {
    observed: 'the graded container has no health check',
    expected: EXPECTED,
    explanation:
      'Without one the engine knows only whether the main process runs. A service that hangs is “Up” for ever.',
    evidence: [],
  });
}

function explainProbe(exitCode: number | undefined): string {
  if (exitCode === 127 || exitCode === 126) {
    return 'The probe’s command could not be run: a health check runs inside of the container, so its program must be in the image. The probe’s output names it.';
  }
  if (exitCode === undefined) return 'No probe has come to an end yet.';
  return 'The probe runs inside of the container and reports failure although the service answers. Its output tells what it asked and what it got.';
}

/** Who asks a frozen service waits in the kernel's queue, and stays in it after giving up: nobody takes the connection. */
async function wasAsked(
  app: Container,
  frozen: readonly ContainerProcess[],
  signal: AbortSignal,
): Promise<boolean> {
  const { listening, waiting } = await app.sockets(signal);
  const pids = new Set(frozen.map(({ hostPid }) => hostPid));
  // It may listen for the probe at a port of its own.
  const theirs = listening.filter(({ owners }) => owners.some(({ hostPid }) => pids.has(hostPid)));
  return waiting.some(({ localPort }) => theirs.some(({ port }) => port === localPort));
}

/** Those who hold the listening socket: the service and its workers, but neither the probe nor an init. */
async function servingProcesses(
  subject: Subject,
  port: number,
  signal: AbortSignal,
): Promise<readonly ContainerProcess[]> {
  const owners = await ownersOf(subject.app, port, signal);
  const all = await subject.app.processes(signal);
  return owners.filter((owner) => !isProbe(owner, all));
}

/** A probe is put into the container from outside, so its eldest process has no parent there, and it isn't PID 1. */
function isProbe(process: ContainerProcess, all: readonly ContainerProcess[]): boolean {
  let eldest = process;
  for (let steps = 0; steps < 64; steps++) {
    const parent = all.find(({ pid }) => pid === eldest.parentPid);
    if (!parent) break;
    eldest = parent;
  }
  return eldest.pid !== 1 && eldest.parentPid === 0;
}
