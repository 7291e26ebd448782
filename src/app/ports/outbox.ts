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
  again(id: string, dueAt: Date): Promise<void>;
}
