export interface OutboxRow {
  readonly id: string;
  readonly topic: string;
  readonly payload: unknown;
  readonly createdAt: Date;
  /** Times that it was taken before. */
  readonly tries: number;
}

/** What must be told to others, at least once. */
export interface Outbox {
  add(topic: string, payload: Readonly<Record<string, string>>, now: Date): Promise<void>;
  /** Takes what is due of these topics, for `leaseMs`. */
  claim(topics: readonly string[], now: Date, leaseMs: number, limit: number): Promise<readonly OutboxRow[]>;
  delivered(id: string, now: Date): Promise<void>;
  /** Tries it again later; `trouble` says to staff why it had to. */
  again(id: string, dueAt: Date, trouble: string): Promise<void>;
  giveUp(id: string, now: Date, trouble: string): Promise<void>;
  /** Forgets at most so many that were added before. Gives back how many those were. */
  forget(before: Date, limit: number): Promise<number>;
}

/** What one receiver doesn't take, of late. */
export interface Untold {
  /** Things that it isn't told of yet, and is still tried with. */
  readonly waiting: number;
  readonly givenUp: number;
  readonly since: Date;
  /** What came of the last try. */
  readonly said: string;
}
