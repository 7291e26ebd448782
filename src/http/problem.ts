import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Logger } from 'pino';
import { BusyFault } from '../core/busy-fault.ts';
import { GraderFault } from '../core/grader-fault.ts';
import { Refusal, type RefusalCode } from '../core/refusal.ts';
import { InvalidRequest } from './invalid-request.ts';
import { requestIdOf } from './request-id.ts';
import type { Problem } from './schemas/field-types.ts';

const STATUS = {
  'archive-invalid': 422,
  'archive-too-large': 413,
  'scenario-unknown': 422,
  'scenario-invalid': 422,
  'request-invalid': 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'assignment-closed': 409,
  'attempts-exhausted': 409,
  'cool-down': 429,
  'too-many-requests': 429,
  unavailable: 503,
} as const satisfies Record<RefusalCode, number>;

const TITLE = {
  'archive-invalid': 'The files are not taken',
  'archive-too-large': 'The files are too large',
  'scenario-unknown': 'Unknown scenario',
  'scenario-invalid': 'Invalid scenario',
  'request-invalid': 'The request is not as expected',
  unauthenticated: 'Not signed in',
  forbidden: 'Not allowed',
  'not-found': 'Not found',
  conflict: 'Conflict',
  'assignment-closed': 'The assignment is not open',
  'attempts-exhausted': 'No attempts left',
  'cool-down': 'Too early for another attempt',
  'too-many-requests': 'Too many requests',
  unavailable: 'Not available now',
} as const satisfies Record<RefusalCode, string>;

/** The caller's bad news as a problem document (RFC 9457). */
export function problemOf(refusal: Refusal, requestId: string): Problem {
  return {
    type: `urn:labgrader:${refusal.code}`,
    title: TITLE[refusal.code],
    status: STATUS[refusal.code],
    code: refusal.code,
    detail: refusal.message,
    ...refusal.details,
    ...(refusal instanceof InvalidRequest && { fields: [...refusal.fields] }),
    requestId,
  };
}

/** Ours: nothing of it is told but that it happened, and where to look. */
export function internalProblem(status: 500 | 503, requestId: string): Problem {
  return {
    type: 'urn:labgrader:internal',
    title: status === 503 ? 'Not available now' : 'Something broke here',
    status,
    code: 'internal',
    detail:
      'The fault is ours and was logged. What you sent may not have been kept: look before you send it again.',
    requestId,
  };
}

/** After so many seconds what is not available now may be asked for again. */
const RETRY_AFTER_SECONDS = 3;

/** Ends every request that failed with a problem document. `isBusy` knows the errors that mean: not now. */
export function problemHandler(log: Logger, isBusy: (error: unknown) => boolean): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (error: unknown, request: Request, response: Response, _next) => {
    const requestId = requestIdOf(request);
    const problem = problemFor(error, requestId, isBusy);
    if (problem.status >= 500) log.error({ err: error, requestId }, 'request failed');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (problem.retryAfterSeconds !== undefined)
      response.set('Retry-After', String(problem.retryAfterSeconds));
    if (!request.complete && bytesToCome(request) > MOST_THROWN_AWAY) response.set('Connection', 'close');
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}

/**
 * So many bytes of a body that was refused are read all the same and thrown away: a connection that ends while its
 * other end still sends may take the answer with it. Beyond that it ends with the answer.
 */
const MOST_THROWN_AWAY = 64 * 1024 * 1024;

/** At most, as far as the request says. */
function bytesToCome(request: Request): number {
  return Number(request.get('content-length') ?? Infinity);
}

function problemFor(error: unknown, requestId: string, isBusy: (error: unknown) => boolean): Problem {
  if (error instanceof Refusal) return problemOf(error, requestId);
  const parsing = parserRefusal(error);
  if (parsing !== null) return problemOf(parsing, requestId);
  if (!(error instanceof GraderFault) && !isBusy(error)) return internalProblem(500, requestId);
  const retryAfterSeconds = error instanceof BusyFault ? error.retryAfterSeconds : RETRY_AFTER_SECONDS;
  return { ...internalProblem(503, requestId), retryAfterSeconds };
}

/** What Express's own body parser and router throw. */
function parserRefusal(error: unknown): Refusal | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  if (error.status === 413) {
    return new Refusal('archive-too-large', 'The body is larger than this route takes.', {
      rule: 'request.bytes',
    });
  }
  if (error.status >= 400 && error.status < 500) {
    return new Refusal('request-invalid', 'The request could not be read.', { rule: 'request.body' });
  }
  return null;
}
