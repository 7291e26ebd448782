/** The removal of what is kept of a person. */
export interface PersonRemovalRecord {
  readonly personId: string;
  /** What stands for the person's name from its end on. */
  readonly pseudonym: string;
  readonly begunAt: Date;
  /** Null until everything was gone through once. */
  readonly endedAt: Date | null;
}

/**
 * Removes what the database keeps of a person. Each step may be done again at any time and finds then what came in
 * between; grades, attempts and acts stay, and stand under the pseudonym in the end.
 */
export interface PersonRemovals {
  find(personId: string): Promise<PersonRemovalRecord | null>;
  /** Lets the person in nowhere any more, and notes that the removal has begun. Null when there is no such person. */
  begin(personId: string, actorId: string, now: Date): Promise<PersonRemovalRecord | null>;
  /** Those that were not gone through to their end, or have to be once more by now. */
  due(now: Date): Promise<readonly PersonRemovalRecord[]>;
  /** Submissions whose first run isn't over. */
  unfinished(personId: string): Promise<readonly string[]>;
  /** Calls off regrades of the person's submissions that aren't over. */
  cancelRegrades(personId: string, now: Date): Promise<void>;
  /** Pushes that aren't submissions yet. */
  dropPushes(personId: string): Promise<void>;
  /** Leaves attempt, time, verdict, score and what each check was worth. Gives how many lost something. */
  dropSubmissions(personId: string, now: Date, limit: number): Promise<number>;
  /** Files that no submission has any more, of whomever. Gives how many were removed. */
  dropFiles(now: Date, limit: number): Promise<number>;
  /** Removes what names the person, everywhere; the audit log says that it was done. */
  end(removal: PersonRemovalRecord, now: Date): Promise<PersonRemovalRecord>;
}
