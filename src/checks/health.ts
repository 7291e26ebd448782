import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, ContainerState } from '../app/ports/container.ts';
import type { EvidenceOf } from '../core/evidence.ts';
import { bodyText } from './outcome.ts';

const POLL_MS = 200;

export interface HealthWait {
  /** What it was at last: `none` without a health check, `ended` when the container runs no more. */
  readonly reached: 'starting' | 'healthy' | 'unhealthy' | 'none' | 'ended';
  readonly state: ContainerState;
  readonly tookMs: number;
}

/** A service that answers and is called unhealthy for this long won't be called healthy any more. */
const SETTLED_MS = 8000;

/** Waits until the container's health is `wanted`, for `timeoutMs` at most, less where it has settled on the opposite. */
export async function waitForHealth(
  app: Container,
  wanted: 'healthy' | 'unhealthy',
  timeoutMs: number,
  signal: AbortSignal,
): Promise<HealthWait> {
  const began = Date.now();
  let unhealthySince: number | undefined;
  for (;;) {
    const state = await app.state(signal);
    const reached = state.status === 'running' ? (state.health?.status ?? 'none') : 'ended';
    const tookMs = Date.now() - began;
    unhealthySince = reached === 'unhealthy' ? (unhealthySince ?? Date.now()) : undefined;
    const settled = unhealthySince !== undefined && Date.now() - unhealthySince >= SETTLED_MS;
    if (reached === wanted || reached === 'none' || reached === 'ended' || settled || tookMs >= timeoutMs) {
      return { reached, state, tookMs };
    }
    await sleep(POLL_MS, undefined, { signal });
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
