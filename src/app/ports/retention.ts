/** How many submissions of a course lost something. */
export interface DroppedOfCourse {
  readonly courseId: string;
  readonly submissions: number;
}

/** One batch: what was worked on, and whom it concerns. */
export interface DroppedBatch {
  readonly rows: number;
  readonly courses: readonly DroppedOfCourse[];
}

/**
 * Removes what has had its time. A submission is held back while it waits or is graded, while a regrade set with it is
 * open, and, as long as its course is running, while it is the one that counts.
 */
export interface Retention {
  /** Files that only submissions from before `before` have. */
  dropFiles(before: Date, now: Date, limit: number): Promise<DroppedBatch>;
  /** Takes evidence and build logs out of reports; what each check said stays. */
  stripEvidence(before: Date, now: Date, limit: number): Promise<DroppedBatch>;
  /** Leaves attempt, time, verdict, score and what each check was worth. */
  dropSubmissions(before: Date, now: Date, limit: number): Promise<DroppedBatch>;
  /** Submissions from before `before` that still have something, since they are held back. */
  heldBack(before: Date, now: Date): Promise<number>;
}
