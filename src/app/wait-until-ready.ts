import { buildTold } from '../core/build-told.ts';
import type { Container } from './ports/container.ts';
import { ContainerGone } from './ports/container-gone.ts';
import type { HttpAnswer, HttpProbe } from './ports/prober.ts';
import type { Readiness } from './ports/subject.ts';

const VERSION: HttpProbe = { method: 'GET', path: '/version', headers: {}, timeoutMs: 3_000 };
/** Between two tries; a try itself costs about a millisecond where nobody listens. */
const PAUSE_MS = 25;
/** With a restart policy a container may come up at a later try; after this many it won't. */
const MOST_RESTARTS = 4;
/** A container that has ended leaves each request to its time limit, so it is looked at by the clock. */
const LOOK_AT_STATE_MS = 200;
/** A service that answers inside but not outside for this long is up: waiting longer shows nothing new. */
const SETTLED_MS = 5_000;
const MOST_SOCKETS = 8;

export interface ReadinessQuestion {
  /** Port in the container at which the service is published; null where it isn't. */
  readonly port: number | null;
  /** What `/version` must tell; null takes any answer of HTTP. */
  readonly buildId: string | null;
  readonly startSeconds: number;
}

/** Asks `GET /version` until it tells this build's id, the container has ended, or time is up. */
export async function waitUntilReady(
  container: Container,
  question: ReadinessQuestion,
  signal: AbortSignal,
): Promise<Readiness> {
  const began = performance.now();
  const tookMs = (): number => Math.round(performance.now() - began);
  if (question.port === null) return notPublished(container, tookMs, signal);
  const deadline = container.startedAtMs + question.startSeconds * 1000;
  let answer: HttpAnswer | undefined;
  let answersInsideSince = Infinity;
  let lookedAt = -Infinity;
  for (;;) {
    answer = await container.request(question.port, VERSION, signal);
    if (tells(answer, question.buildId)) return { state: 'answered', tookMs: tookMs() };
    if (performance.now() - lookedAt >= LOOK_AT_STATE_MS) {
      lookedAt = performance.now();
      const state = await container.state(signal);
      if (state.status === 'exited' || state.status === 'refused' || state.restartCount >= MOST_RESTARTS) {
        return { state: 'ended', container: state, tookMs: tookMs() };
      }
      const inside = question.buildId !== null && (await answersInside(container, question.buildId, signal));
      answersInsideSince = inside ? Math.min(answersInsideSince, Date.now()) : Infinity;
    }
    if (Date.now() - answersInsideSince > SETTLED_MS) break;
    if (Date.now() > deadline) break;
    await pause(PAUSE_MS, signal);
  }
  if (answer.ok) {
    return {
      state: 'other-answer',
      answer: `${answer.status} ${answer.body.slice(0, 200)}`,
      tookMs: tookMs(),
    };
  }
  return { state: 'silent', error: answer.error, detail: answer.detail, tookMs: tookMs() };
}

/** Without a port nothing can be asked; whether it ends at once is seen all the same. */
async function notPublished(
  container: Container,
  tookMs: () => number,
  signal: AbortSignal,
): Promise<Readiness> {
  const state = await container.state(signal);
  if (state.status === 'exited' || state.status === 'refused') {
    return { state: 'ended', container: state, tookMs: tookMs() };
  }
  return { state: 'not-published', tookMs: tookMs() };
}

/** Does this build answer at any socket, asked from inside of the container? */
async function answersInside(container: Container, buildId: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { listening } = await container.sockets(signal);
    for (const { address, port } of listening.slice(0, MOST_SOCKETS)) {
      const host = ANY_ADDRESS.get(address) ?? address;
      if (tells(await container.requestInside(host, port, VERSION, signal), buildId)) return true;
    }
    return false;
  } catch (error) {
    if (error instanceof ContainerGone) return false;
    throw error;
  }
}

/** Where to knock at a socket that is bound to every address. */
const ANY_ADDRESS: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

function tells(answer: HttpAnswer, buildId: string | null): boolean {
  if (!answer.ok) return false;
  if (buildId === null) return true;
  return answer.status === 200 && buildTold(answer.body) === buildId;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  signal.throwIfAborted();
}
