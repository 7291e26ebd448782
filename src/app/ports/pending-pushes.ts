/** A push to the service's own remote that was taken and isn't a submission yet. */
export interface PendingPush {
  readonly id: string;
  readonly assignmentId: string;
  readonly personId: string;
  readonly commit: string;
  /** A trial by staff. */
  readonly probe: boolean;
  /** When it came in: what counts for due dates, whenever it is dealt with. */
  readonly takenAt: Date;
}

/** What is noted before git keeps a push, so that a crash between the two and the submission loses nothing. */
export interface PendingPushes {
  /** Notes a push; one of the same commit that waits already stays the one it is. */
  note(push: Omit<PendingPush, 'id'>): Promise<PendingPush>;
  /** It is a submission now, or will be none. */
  settle(id: string): Promise<void>;
  /** Those that wait, oldest first. */
  waiting(limit: number): Promise<readonly PendingPush[]>;
}
