import type { AskedLimits, Container, ContainerState, LogExcerpt } from '../../app/ports/container.ts';
import { ContainerGone } from '../../app/ports/container-gone.ts';
import type { HttpAnswer } from '../../app/ports/prober.ts';
import { type NeverRan, refusedState } from './container-state.ts';

const NOTHING_RUNS: HttpAnswer = {
  ok: false,
  error: 'unreachable',
  detail: 'the container never ran',
  tookMs: 0,
};

/**
 * A container that the engine would not create or start (a command that isn't there, an unknown user), or that was
 * never started because what it depends on failed.
 */
export function refusedContainer(
  service: string,
  why: NeverRan,
  argv: readonly string[],
  limits: AskedLimits,
): Container {
  const state = (): Promise<ContainerState> => Promise.resolve(refusedState(why, argv, limits));
  const gone = (): Promise<never> =>
    Promise.reject(new ContainerGone(`the container of ${service} never ran`));
  return {
    service,
    startedAtMs: Date.now(),
    address: null,
    state,
    ended: state,
    events: () => [],
    log: (): Promise<LogExcerpt> => Promise.resolve({ lines: [], truncated: false }),
    writtenBytes: () => Promise.resolve(0),
    pause: () => Promise.resolve(false),
    unpause: () => Promise.resolve(),
    stop: () => Promise.resolve({ exitCode: null, tookMs: 0 }),
    request: () => Promise.resolve(NOTHING_RUNS),
    openRequest: gone,
    requestInside: () => Promise.resolve(NOTHING_RUNS),
    sockets: gone,
    processes: gone,
    signal: gone,
    injectOrphans: gone,
  };
}
