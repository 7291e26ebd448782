/** Why the caller's request was not taken. Each code has one HTTP status (`http/problem.ts`). */
export type RefusalCode =
  | 'archive-invalid'
  | 'archive-too-large'
  | 'scenario-unknown'
  | 'scenario-invalid'
  | 'request-invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'assignment-closed'
  | 'attempts-exhausted'
  | 'cool-down'
  | 'too-many-requests'
  /** Somebody else's service that is needed for it doesn't do its part. */
  | 'unavailable';

export interface RefusalDetails {
  /** The file the rule was broken in, relative to the submission. */
  readonly file?: string;
  readonly line?: number;
  /** Name of the broken rule or limit, for example `archive.entries`. */
  readonly rule?: string;
  /** What the caller can do about it. */
  readonly wayOut?: string;
  readonly retryAfterSeconds?: number;
}

/** The caller's bad news: what they asked for can't be taken, and what they can do about it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly details: RefusalDetails;

  constructor(code: RefusalCode, message: string, details: RefusalDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
