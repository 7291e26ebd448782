import type { HttpAnswer } from '../app/ports/prober.ts';
import type { Subject } from '../app/ports/subject.ts';
import { buildTold } from '../core/build-told.ts';
import { bodyText } from './outcome.ts';
import { waitFor } from './wait-for.ts';

/** What came of asking for the version once or more. */
export interface Served {
  readonly ok: boolean;
  /** For a message: what was answered last. */
  readonly observed: string;
}

/**
 * Asks `path` of the graded container until its JSON tells `buildId` as `build`, for at most `withinMs`.
 * A service without a build of its own has nothing to tell, so any answer counts.
 */
export async function waitUntilServed(
  subject: Subject,
  path: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<Served> {
  const buildId = subject.build?.buildId;
  return waitFor(
    async () => {
      if (subject.port === null) return { ok: false, observed: 'no port is published' };
      const probe = { method: 'GET', path, headers: {}, timeoutMs: 2_000 };
      return served(await subject.app.request(subject.port, probe, signal), buildId);
    },
    (result) => result.ok,
    { withinMs, everyMs: 250 },
    signal,
  );
}

function served(answer: HttpAnswer, buildId: string | undefined): Served {
  if (!answer.ok) return { ok: false, observed: `no answer (${answer.error})` };
  const isThisBuild = buildId === undefined || buildTold(answer.body) === buildId;
  if (answer.status === 200 && isThisBuild)
    return { ok: true, observed: 'answered with the id of this build' };
  return { ok: false, observed: `status ${answer.status} with ${bodyText(answer.body).slice(0, 120)}` };
}
