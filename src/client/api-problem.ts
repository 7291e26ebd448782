import type { Problem } from '../http/schemas/field-types.ts';

/** What the server said against a request; `status` 0 where it said nothing. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly problem: Omit<Problem, 'type' | 'requestId'>;

  constructor(problem: Omit<Problem, 'type' | 'requestId'>, options: ErrorOptions = {}) {
    super(problem.detail, options);
    this.problem = problem;
  }

  /** Is it the server's trouble, so that the same request may be taken a little later? */
  get mayPass(): boolean {
    return this.problem.status === 0 || this.problem.status === 429 || this.problem.status >= 500;
  }
}
