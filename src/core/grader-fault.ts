/** The grader's own bad news: retried, then shown to staff. Never a grade and never a used attempt. */
export class GraderFault extends Error {
  override readonly name = 'GraderFault';
  /** The check that could not be decided, where that was it. */
  readonly check: string | undefined;

  constructor(message: string, options: ErrorOptions & { readonly check?: string } = {}) {
    super(message, options);
    this.check = options.check;
  }
}
