import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, ContainerState, HealthState } from '../app/ports/container.ts';
import type { EvidenceOf } from '../core/evidence.ts';
import { bodyText } from './outcome.ts';

const POLL_MS = 200;
/** The first probe that ends may have begun before there was anything to notice; the three after it have not. */
const ENOUGH_PROBES = 4;

export interface HealthWait {
  /** What it was at last: `none` without a health check, `ended` when the container runs no more. */
  readonly reached: 'starting' | 'healthy' | 'unhealthy' | 'none' | 'ended';
  /** So many probes in a row have said the opposite that waiting longer would show nothing else. */
  readonly settled: boolean;
  readonly state: ContainerState;
  readonly tookMs: number;
}

/**
 * Waits until the container's health is `wanted`, for `timeoutMs` at most. On a busy machine a probe may take seconds,
 * so it is the probes that end the wait early, not the clock.
 */
export async function waitForHealth(
  app: Container,
  wanted: 'healthy' | 'unhealthy',
  timeoutMs: number,
  signal: AbortSignal,
): Promise<HealthWait> {
  const began = Date.now();
  const opposition = new Opposition(wanted);
  for (;;) {
    const state = await app.state(signal);
    const reached = state.status === 'running' ? (state.health?.status ?? 'none') : 'ended';
    const tookMs = Date.now() - began;
    const settled = opposition.hear(state.health) >= ENOUGH_PROBES;
    const over = reached === wanted || reached === 'none' || reached === 'ended';
    if (over || settled || tookMs >= timeoutMs) return { reached, settled, state, tookMs };
    await sleep(POLL_MS, undefined, { signal });
  }
}

export interface Hearing {
  /** The probes that ended after the first look, oldest first, as many as were asked for. */
  readonly heard: readonly Probe[];
  readonly state: ContainerState;
  readonly tookMs: number;
}

type Probe = HealthState['probes'][number];

/** Waits until `count` probes have ended, for `timeoutMs` at most: fewer are heard where time was up or it ended. */
export async function hearProbes(
  app: Container,
  count: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Hearing> {
  const began = Date.now();
  const ear = new Ear();
  const heard: Probe[] = [];
  for (;;) {
    const state = await app.state(signal);
    heard.push(...ear.fresh(state.health));
    const tookMs = Date.now() - began;
    if (heard.length >= count || state.status !== 'running' || tookMs >= timeoutMs) {
      return { heard: heard.slice(0, count), state, tookMs };
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Tells the probes that it has not told before, from the first look on; the engine remembers only a handful. */
class Ear {
  #heardUntilMs: number | undefined;

  fresh(health: HealthState | null): readonly Probe[] {
    const probes = health?.probes ?? [];
    const last = probes.at(-1)?.endedAtMs ?? -Infinity;
    const heardUntil = this.#heardUntilMs ?? last;
    this.#heardUntilMs = Math.max(heardUntil, last);
    return probes.filter(({ endedAtMs }) => endedAtMs > heardUntil);
  }
}

/** Counts the probes in a row that said the opposite of what is waited for, from the first look on. */
class Opposition {
  readonly #wanted: 'healthy' | 'unhealthy';
  readonly #ear = new Ear();
  #inRow = 0;

  constructor(wanted: 'healthy' | 'unhealthy') {
    this.#wanted = wanted;
  }

  hear(health: HealthState | null): number {
    for (const { exitCode } of this.#ear.fresh(health)) {
      this.#inRow = (exitCode === 0) === (this.#wanted === 'healthy') ? 0 : this.#inRow + 1;
    }
    return this.#inRow;
  }
}

/** The probes that the engine remembers, with the health after the last of them. */
export function healthEvidence(state: ContainerState, app: Container): EvidenceOf<'health'> {
  const probes = state.health?.probes ?? [];
  return {
    type: 'health',
    probes: probes.slice(-10).map((probe, index, shown) => ({
      atMs: Math.max(0, probe.endedAtMs - app.startedAtMs),
      exitCode: probe.exitCode,
      output: bodyText(probe.output),
      status:
        index === shown.length - 1 ? (state.health?.status ?? '') : probe.exitCode === 0 ? 'ok' : 'failed',
    })),
  };
}
