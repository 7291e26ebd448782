import { z } from 'zod';
import { checkKind } from '../app/ports/check-kind.ts';
import type { Subject } from '../app/ports/subject.ts';
import type { Evidence } from '../core/evidence.ts';
import { logEvidence } from '../core/run-evidence.ts';
import { Challenge } from './challenge.ts';
import { carryOut, Exchange, type ExchangeRow } from './exchange.ts';
import { failed, passed } from './outcome.ts';
import { askedPort } from './readiness.ts';

const Parameters = z.strictObject({
  /** Hands something to the service to keep; `{random}` and `{features}` are the same values as in `read`. */
  write: Exchange,
  /** Gets it back. */
  read: Exchange,
  timeoutSeconds: z.number().min(0.5).max(60).default(5),
});

/**
 * What the service is given is there again after it crashed and its containers were removed and made anew, as
 * `docker compose down` and `up` do. Where it is kept (a named volume, a folder of the project) is the learner's choice: nobody looks.
 */
export const keepsData = checkKind({
  name: 'keeps-data',
  schema: Parameters,
  findings: ['lost', 'not-kept-at-all', 'not-serving'],
  needs: 'answer',
  use: 'ending',
  async run(subject, { write, read, timeoutSeconds }, signal) {
    const findings = {
      expected:
        'What was written before the containers were removed is read back from the containers that took their places.',
      explanation:
        'A container is thrown away with everything that was written into it: at the next update, the next crash of a machine, the next `docker compose down`. What has to outlive it must be written to a place that isn’t part of the container.',
    };
    const challenge = new Challenge(subject.build?.buildId ?? '');
    const carriedOut: ExchangeRow[] = [];
    const ask = async (exchange: Exchange): Promise<boolean> => {
      const { app, port } = subject;
      if (port === null) return false;
      const asked = { app, port, challenge, timeoutMs: timeoutSeconds * 1000 };
      const { row } = await carryOut(exchange, asked, signal);
      carriedOut.push(row);
      return row.ok;
    };
    const seen = async (): Promise<Evidence[]> => [
      { type: 'http', exchanges: carriedOut },
      logEvidence(await subject.app.log(signal)),
    ];

    // Both before it: a service that can't even keep it for a moment has another fault than the one looked for.
    if (!(await ask(write)) || !(await ask(read))) {
      const observed = `Before anything was removed, ${lastOf(carriedOut)}.`;
      return failed('not-kept-at-all', { ...findings, observed, evidence: await seen() });
    }
    // A crash first: what is saved only at an orderly stop isn't kept.
    await subject.app.signal(await subject.app.processes(signal), 'SIGKILL', signal);
    await subject.recreate(signal);
    const again = await askedAgain(subject, findings.expected, signal);
    if (again !== undefined) return again;
    if (await ask(read)) {
      const observed =
        'A random text was written, the service was killed, the containers were removed and made anew, and it was read back from the new ones.';
      return passed({ ...findings, observed, evidence: await seen() });
    }
    const observed = `A random text was written and read back. Then the service was killed, as in a crash, and the containers were removed and made anew, as by \`docker compose down\` and \`up\`, and ${lastOf(carriedOut)}.`;
    return failed('lost', { ...findings, observed, evidence: await seen() });
  },
});

/** What there is to say where the new containers don't serve. */
async function askedAgain(subject: Subject, expected: string, signal: AbortSignal) {
  const asked = await askedPort(subject, expected, signal);
  if (asked.ok) return undefined;
  const observed = `The containers were removed and made anew, and then ${asked.outcome.observed}`;
  const { byTime } = asked.outcome;
  return {
    ...asked.outcome,
    ...(byTime && { byTime: 'late' as const }),
    finding: 'not-serving' as const,
    observed,
  };
}

function lastOf(rows: readonly ExchangeRow[]): string {
  const row = rows.at(-1);
  return row === undefined ? 'nothing could be asked' : `${row.request} was answered by ${row.observed}`;
}
