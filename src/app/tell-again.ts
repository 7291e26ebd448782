import { backOffMs } from '../core/back-off.ts';
import { GraderFault } from '../core/grader-fault.ts';
import { Refusal } from '../core/refusal.ts';
import type { Clock } from './ports/clock.ts';
import type { Outbox, OutboxRow } from './ports/outbox.ts';

/** One try that failed. */
export interface FailedTelling {
  readonly topic: string;
  readonly payload: unknown;
  readonly tries: number;
  readonly givenUp: boolean;
  readonly error: unknown;
}

export interface TellAgainDeps {
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Hears of each. Must not throw. */
  readonly onFailedTelling: (failed: FailedTelling) => void;
}

/** Has what could not be told tried again later, or never more once it is `giveUpMs` old. Staff see why. */
export async function tellAgain(
  deps: TellAgainDeps,
  row: OutboxRow,
  error: unknown,
  giveUpMs: number,
): Promise<void> {
  const now = deps.clock.now();
  const { topic, payload } = row;
  const givenUp = now.getTime() - row.createdAt.getTime() > giveUpMs;
  deps.onFailedTelling({ topic, payload, tries: row.tries + 1, givenUp, error });
  if (givenUp) await deps.outbox.giveUp(row.id, now, troubleOf(error));
  else await deps.outbox.again(row.id, new Date(now.getTime() + backOffMs(row.tries)), troubleOf(error));
}

/** What instructors may read of what went wrong with another service: of our own mishaps, only that it was one. */
export function troubleOf(error: unknown): string {
  return error instanceof GraderFault || error instanceof Refusal ? error.message : 'something broke here';
}
