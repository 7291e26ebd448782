import { z } from 'zod';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkKind } from '../app/ports/check-kind.ts';
import type { Container, ContainerProcess, StopRecord } from '../app/ports/container.ts';
import type { HttpAnswer, PendingRequest } from '../app/ports/prober.ts';
import type { Subject } from '../app/ports/subject.ts';
import type { EvidenceOf } from '../core/evidence.ts';
import { stopSignalNumber } from '../core/exit-code.ts';
import { exitEvidence, logEvidence } from '../core/run-evidence.ts';
import { argvText, failed, passed, processesEvidence, seconds } from './outcome.ts';

const ENDED_BY_SIGTERM = 143;

const InFlight = z.strictObject({
  method: z.string().default('POST'),
  path: z.string().startsWith('/'),
  headers: z.record(z.string(), z.string()).default({ 'content-type': 'application/json' }),
  body: z.string().max(4096),
  status: z.number().int().default(200),
});

const Parameters = z.strictObject({
  /** The grace period given, whatever the learner's own is. */
  graceMs: z.number().int().min(1000).max(30_000).default(10_000),
  /** It must have ended by then, well before the grace period is over. */
  withinMs: z.number().int().min(100).max(30_000).default(5_000),
  exitCodes: z.array(z.number().int()).min(1).default([0, 143]),
  /** A request that is under way when the signal comes and must still be answered. */
  inFlight: InFlight.optional(),
});

/** `docker stop` ends the container by its own shutdown, in good time, and not by the SIGKILL at the end of the grace period. */
export const stopsGracefully = checkKind({
  name: 'stops-gracefully',
  schema: Parameters,
  findings: ['killed', 'exit-code', 'slow', 'dropped-request'],
  needs: 'answer',
  use: 'ending',
  async run(subject, { graceMs, withinMs, exitCodes, inFlight }, signal) {
    const { app } = subject;
    const processes = await app.processes(signal);
    const pending =
      inFlight === undefined || subject.port === null
        ? null
        : await app.openRequest(subject.port, { ...inFlight, timeoutMs: graceMs + 5_000 }, signal);
    const [stop, answer] = await Promise.all([
      app.stop(graceMs, signal),
      pending === null ? null : finishLater(pending, signal),
    ]);

    const state = await app.state(signal);
    const main = processes.find((process) => process.pid === 1);
    const findings = {
      expected: `\`docker stop\` ends the container within ${seconds(withinMs)} with exit code ${exitCodes.join(' or ')}${inFlight === undefined ? '' : ', and the request under way is still answered'}.`,
      observed: `${mainText(main)} got the stop signal, and the container ended after ${seconds(stop.tookMs)} with exit code ${stop.exitCode ?? 'unknown'}.`,
      explanation: explanationOf(stop, graceMs),
      evidence: [
        timeline(app, stop),
        exitEvidence(state),
        processesEvidence(processes, 'Processes before the stop'),
        logEvidence(await app.log(signal)),
      ],
    };
    if (stop.exitCode === 137) {
      return failed('killed', { ...findings, ...(isOverGrace(stop, graceMs) && { byTime: 'late' }) });
    }
    if (!(await isOrderly(subject, stop.exitCode, exitCodes, signal))) return failed('exit-code', findings);
    if (stop.tookMs > withinMs) return failed('slow', { ...findings, byTime: 'late' });
    if (inFlight !== undefined && answer !== null && !isAnswered(answer, inFlight.status)) {
      const lost = answer.ok ? `status ${answer.status}` : answer.error;
      return failed('dropped-request', {
        ...findings,
        observed: `${findings.observed} The request that was under way came to nothing (${lost}).`,
        explanation:
          'An orderly stop lets the requests under way finish. Here the application was ended before it could: the signal killed it, or something else did, where it should have shut itself down.',
      });
    }
    return passed(findings);
  },
});

/** Where the end by SIGTERM is one, so is the end by another signal that the image or the compose file has chosen for it. */
async function isOrderly(
  subject: Subject,
  exitCode: number | null,
  exitCodes: readonly number[],
  signal: AbortSignal,
): Promise<boolean> {
  if (exitCode === null) return false;
  if (exitCodes.includes(exitCode)) return true;
  if (exitCode <= 128 || !exitCodes.includes(ENDED_BY_SIGTERM)) return false;
  const { service, build } = subject;
  const chosen = service.stopSignal ?? (build && (await subject.imageFacts(signal)).config.stopSignal) ?? '';
  return stopSignalNumber(chosen) === exitCode - 128;
}

/** The last byte follows when the signal has had the time to arrive. */
async function finishLater(pending: PendingRequest, signal: AbortSignal): Promise<HttpAnswer> {
  await sleep(700, undefined, { signal });
  return pending.finish(signal);
}

function isAnswered(answer: HttpAnswer, status: number): boolean {
  return answer.ok && answer.status === status;
}

function mainText(main: ContainerProcess | undefined): string {
  return main === undefined ? 'PID 1' : `PID 1, \`${argvText(main.argv)}\`,`;
}

/** Was it killed since its grace period was over, and not by itself? */
function isOverGrace({ tookMs }: StopRecord, graceMs: number): boolean {
  return tookMs >= graceMs - 500;
}

function explanationOf(stop: StopRecord, graceMs: number): string {
  const lesson =
    'The stop signal goes to PID 1 alone. The kernel delivers it to PID 1 only if that process has a handler for it, and a shell that waits for a command neither passes it on nor ends.';
  if (stop.exitCode !== 137) return lesson;
  return isOverGrace(stop, graceMs)
    ? `${lesson} So the whole grace period of ${seconds(graceMs)} went by, and then the engine sent SIGKILL (137 = 128 + 9), which leaves no time to finish anything.`
    : 'Exit code 137 = 128 + 9: the process was killed by SIGKILL. That ends it at once without any chance to finish requests or to write down its state, whoever sends it.';
}

function timeline(app: Container, stop: StopRecord): EvidenceOf<'timeline'> {
  const events = app.events();
  // The events of the stop, told from its own beginning; the last `die` is where it ended.
  const endedAtMs = events.findLast((event) => event.action === 'die')?.atMs;
  const beganAtMs = endedAtMs === undefined ? app.startedAtMs : endedAtMs - stop.tookMs;
  const during = events.filter(({ atMs }) => atMs >= beganAtMs - 50).slice(-20);
  return {
    type: 'timeline',
    title: 'The stop, from the signal on',
    events: [
      { atMs: 0, what: 'docker stop' },
      ...during.map((event) => ({
        atMs: Math.max(0, Math.round(event.atMs - beganAtMs)),
        what: event.exitCode === undefined ? event.action : `${event.action} (exit code ${event.exitCode})`,
      })),
    ],
  };
}
