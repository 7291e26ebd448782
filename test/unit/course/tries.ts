import { type Try, type Tries, usesAttempt } from '../../../src/core/standing.ts';

/** What a list of attempts comes to, each looked at: the long way, which the database must agree with. */
export function triesOf(all: readonly Try[]): Tries {
  const inOrder = all.toSorted((a, b) => a.attempt - b.attempt);
  const decisive = inOrder.filter((item) => item.status !== 'cancelled' && item.status !== 'superseded');
  const firstPass = decisive.find((item) => item.status === 'done' && item.verdict === 'passed');
  const used = decisive.filter(usesAttempt);
  return {
    attempts: inOrder.at(-1)?.attempt ?? 0,
    latest: inOrder.at(-1)?.id ?? null,
    used: used.length,
    spent: used.filter((item) => item.status !== 'queued').length,
    usedToPass: firstPass ? used.filter((item) => item.attempt <= firstPass.attempt).length : 0,
    decisive,
  };
}
