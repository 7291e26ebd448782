import { ApiProblem } from '../client/api-problem.ts';
import { Refusal } from '../core/refusal.ts';
import { EXIT } from './exit-codes.ts';

/** What ended a command, in plain sentences, and the exit code that says whose fault it was. */
export function failureOf(error: unknown): { readonly words: string; readonly exitCode: number } {
  if (error instanceof Refusal) {
    return { words: sentences({ detail: error.message, ...error.details }), exitCode: EXIT.usage };
  }
  if (error instanceof ApiProblem) {
    const theirs = error.problem.status === 0 || error.problem.status >= 500;
    return { words: sentences(error.problem), exitCode: theirs ? EXIT.fault : EXIT.usage };
  }
  return { words: `The grader failed: ${messagesOf(error)}`, exitCode: EXIT.fault };
}

function sentences(
  problem: Pick<ApiProblem['problem'], 'detail' | 'file' | 'line' | 'rule' | 'wayOut' | 'fields'>,
) {
  const { detail, file, line, rule, wayOut, fields = [] } = problem;
  const place = file === undefined ? '' : line === undefined ? file : `${file}, line ${line}`;
  // What is named already isn't named twice.
  const where = [detail.includes(file ?? '') && line === undefined ? '' : place, rule ?? ''].filter(
    (part) => part !== '',
  );
  return [
    detail,
    ...fields.map(({ path, message }) => `  ${path}: ${message}`),
    ...(where.length === 0 ? [] : [`(${where.join('; ')})`]),
    ...(wayOut === undefined ? [] : [wayOut]),
  ].join('\n');
}

function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${messagesOf(error.cause)}`;
}
