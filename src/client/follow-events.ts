import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient, CallOf, ClientRoute } from './api-client.ts';
import { ApiProblem } from './api-problem.ts';
import type { ServerEvent } from './server-events.ts';

export interface Patience {
  /** How long to try again while nothing comes through, in ms. */
  readonly giveUpAfterMs: number;
  /** Before the first new try, in ms; doubled with each one after it, up to `longestPauseMs`. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

const PATIENCE: Patience = { giveUpAfterMs: 180_000, firstPauseMs: 500, longestPauseMs: 10_000 };

/**
 * The events of a stream until its `end`, over as many connections as it takes: each goes on after the last event that
 * came. `onLost` hears of each connection that was lost.
 * @throws ApiProblem when it is refused, or nothing came through for too long
 */
export async function* followEvents<R extends ClientRoute>(
  client: ApiClient,
  route: R,
  call: CallOf<R>,
  onLost: (problem: ApiProblem | null) => void,
  signal: AbortSignal,
  patience: Patience = PATIENCE,
): AsyncGenerator<ServerEvent> {
  let lastEventId: string | null = null;
  let pauseMs = patience.firstPauseMs;
  let heardAt = performance.now();
  for (;;) {
    let problem: ApiProblem | null = null;
    try {
      for await (const event of client.events(route, call, lastEventId, signal)) {
        heardAt = performance.now();
        pauseMs = patience.firstPauseMs;
        lastEventId = event.id ?? lastEventId;
        yield event;
        if (event.event === 'end') return;
      }
    } catch (error) {
      if (!(error instanceof ApiProblem) || !error.mayPass) throw error;
      problem = error;
    }
    const wantsMs = (problem?.problem.retryAfterSeconds ?? 0) * 1000;
    if (performance.now() - heardAt > patience.giveUpAfterMs)
      throw problem ?? new Error('the stream never ends');
    onLost(problem);
    await pause(Math.max(pauseMs, Math.min(wantsMs, patience.giveUpAfterMs)), undefined, { signal });
    pauseMs = Math.min(pauseMs * 2, patience.longestPauseMs);
  }
}
