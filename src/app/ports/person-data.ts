import type { Readable } from 'node:stream';

/** One kind of what the database holds of a person, as it goes into their archive. */
export interface PersonDocument {
  /** Without a folder: `account.json`. */
  readonly name: string;
  readonly value: unknown;
}

/** An act in the audit log that is about a person or by them, as far as it may be shown to them. */
export interface PersonAct {
  readonly id: string;
  readonly at: Date;
  readonly courseId: string | null;
  readonly act: string;
  readonly subject: string;
  /** Whether they did it themselves, somebody else did, or the service. */
  readonly by: 'you' | 'somebody else' | 'the service';
  /** Null where it is about somebody else, or stands elsewhere in the archive. */
  readonly detail: unknown;
}

/** Reads everything that is held about one person and isn't a submission. No secret is among it, not even its hash. */
export interface PersonData {
  /** Null when there is no such person. */
  documents(personId: string): Promise<readonly PersonDocument[] | null>;
  /** Oldest first; `after` is the id that the last page ended with. */
  acts(personId: string, after: string | null, limit: number): Promise<readonly PersonAct[]>;
}

/** A file of a repository: exactly `size` bytes. */
export interface RepositoryFile {
  readonly path: string;
  readonly size: number;
  readonly content: Readable;
}

/** One learner's repositories at the service's own remote, whatever assignment they are for. */
export interface PersonRepositories {
  /** Ids of the assignments that the person has one for. */
  assignments(personId: string): Promise<readonly string[]>;
  /** Each file is to be read to its end, or destroyed, before the next is asked for. */
  files(personId: string, assignmentId: string): AsyncIterable<RepositoryFile>;
  /** Removes them all; those that are gone already are no matter. */
  remove(personId: string): Promise<void>;
}
