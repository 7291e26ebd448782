/** The grader's own bad news: retried, then shown to staff. Never a grade and never a used attempt. */
export class GraderFault extends Error {
  override readonly name = 'GraderFault';
}
