import type { BellRun } from './runs.ts';

/** The bell: tells workers that a run waits. Ringing twice for a run is harmless, not ringing is mended later. */
export interface RunQueue {
  /** @throws GraderFault when the queue can't be reached, within two seconds. */
  ring(run: BellRun, delayMs: number): Promise<void>;
  /** Place among those that were rung for, from 1; null when it isn't known. */
  place(run: Pick<BellRun, 'runId' | 'faults'>): Promise<number | null>;
  isUp(): Promise<boolean>;
}
