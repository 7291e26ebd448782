import type { AdmissionCase, NewSubmission } from '../../app/ports/submissions.ts';

/** One that asks to be admitted. `decide` throws where it isn't. */
export interface Candidate {
  readonly submission: NewSubmission;
  readonly decide: (situation: AdmissionCase) => void;
}
