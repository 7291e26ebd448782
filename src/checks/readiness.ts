import type { CheckOutcome } from '../core/check-result.ts';
import type { HttpAnswer, HttpProbe } from '../app/ports/prober.ts';
import type { Subject } from '../app/ports/subject.ts';
import { buildTold } from '../core/build-told.ts';
import { meaningOfExit, whyNeverStarted } from '../core/exit-code.ts';
import { publishedInstead } from '../core/published-port.ts';
import { exitEvidence, logEvidence } from '../core/run-evidence.ts';
import { bodyText, byTimeOf, failed, processesEvidence, seconds, timelineEvidence } from './outcome.ts';

/** What the check may have to say where there is no port that can be asked. */
export const UNASKED = ['not-published', 'exited', 'silent'] as const;

/** A port that can be asked, or what the check has to say where there is none. */
export type Asking =
  | { readonly ok: true; readonly port: number }
  | { readonly ok: false; readonly outcome: CheckOutcome<(typeof UNASKED)[number]> };

/**
 * The port at which the service is asked, for checks that also run where it never answered. `expected` is what the
 * check wanted to see. Something that answers in place of this build may still be asked.
 */
export async function askedPort(subject: Subject, expected: string, signal: AbortSignal): Promise<Asking> {
  const { readiness, port } = subject;
  if (readiness.state === 'not-published' || port === null) {
    return {
      ok: false,
      outcome: failed('not-published', {
        observed: `no port of the container is published as localhost:${subject.scenario.port}; ${publishedInstead(subject.service.ports)}`,
        expected,
        explanation: `Outside of the container nothing can be reached that isn't published. \`curl localhost:${subject.scenario.port}\` gets no further than the machine, and \`EXPOSE\` is a note to the reader.`,
        evidence: [],
      }),
    };
  }
  if (readiness.state === 'ended') {
    const { container } = readiness;
    const isNever = container.status === 'refused';
    return {
      ok: false,
      outcome: failed('exited', {
        ...byTimeOf(container),
        observed: isNever
          ? `the container was never started: ${whyNeverStarted(container)}`
          : 'the container had ended before it answered anything',
        expected,
        explanation: isNever
          ? meaningOfExit(container)
          : 'A container lives exactly as long as its main process. There is nobody left to answer.',
        evidence: [exitEvidence(container), logEvidence(await subject.app.log(signal))],
      }),
    };
  }
  if (readiness.state === 'silent') {
    return {
      ok: false,
      outcome: failed('silent', {
        byTime: 'not-yet',
        observed: `container port ${port} gave no answer in ${seconds(readiness.tookMs)}: ${whyNone(readiness)}`,
        expected,
        explanation:
          'The container runs, but a running container is not yet a running service. What its processes do, and what they printed, tells why nobody answers.',
        evidence: [
          processesEvidence(await subject.app.processes(signal)),
          logEvidence(await subject.app.log(signal)),
          timelineEvidence(subject.app),
        ],
      }),
    };
  }
  return { ok: true, port };
}

/** `GET /version`, whose answer proves which build it comes from. */
export function versionProbe(timeoutMs = 5000): HttpProbe {
  return { method: 'GET', path: '/version', headers: { accept: 'application/json' }, timeoutMs };
}

/** Does the answer come from the graded build? */
export function isThisBuild(answer: HttpAnswer, subject: Subject): boolean {
  if (!answer.ok || answer.status !== 200 || subject.build === null) return false;
  return buildTold(answer.body) === subject.build.buildId;
}

/** An answer for a message: status and beginning of the body, or why there is none. */
export function answerText(answer: HttpAnswer): string {
  if (!answer.ok) return `no answer (${whyNone(answer)})`;
  return `${answer.status} ${bodyText(answer.body).slice(0, 120)}`.trim();
}

/** Why an answer did not come. */
export function whyNone({
  error,
  detail,
}: Pick<Extract<HttpAnswer, { ok: false }>, 'error' | 'detail'>): string {
  switch (error) {
    case 'refused':
      return 'connection refused: nobody listens there';
    case 'reset':
      return 'connection reset';
    case 'timeout':
      return 'none within the time limit';
    case 'unreachable':
    case 'closed':
    case 'protocol':
      return detail === '' ? error : detail;
  }
}
