/**
 * Errors that the builder reports as a failed build although no learner can cause or mend them: a base image
 * that is missing here, a full disk, the builder itself going away.
 */
const FAULTS: readonly RegExp[] = [
  /failed to resolve source metadata|pull access denied|failed to do request|no such image/i,
  /no active sessions?/i,
  /transport is closing|error reading from server|code = Unavailable|connection (?:refused|reset)/i,
  /context canceled|context deadline exceeded/i,
  /no space left on device|input\/output error|read-only file system/i,
  /failed to (?:create|mount|prepare) (?:shim|snapshot|task)|failed to get network namespace/i,
  /fork\/exec .*: (?:resource temporarily unavailable|cannot allocate memory)/i,
];

/** Is a build's error the grader's own? What a step's command itself ended with never is. */
export function isBuilderFault(message: string): boolean {
  if (/did not complete successfully: exit code: \d+/.test(message)) return false;
  return FAULTS.some((fault) => fault.test(message));
}
