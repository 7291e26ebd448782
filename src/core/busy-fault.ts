import { GraderFault } from './grader-fault.ts';

/** More is asked at once than can be dealt with: nothing was done, and the same will be taken a little later. */
export class BusyFault extends GraderFault {
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
