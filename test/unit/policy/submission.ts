import { textFile, type FileSet } from '../../../src/core/file-set.ts';
import type { BuildPlan, Plan, ServicePlan } from '../../../src/core/plan.ts';
import {
  compileSubmission,
  type PolicyOptions,
  type PolicyOutcome,
} from '../../../src/policy/compile-submission.ts';

/** The one base image of these tests, and what the grader builds with in its place. */
export const BASE = 'python:3.11-slim';
export const LOCAL = 'grader.invalid/python:3.11-slim';
export const DOCKERFILE = `FROM ${BASE}\nUSER app\n`;

const OPTIONS: PolicyOptions = {
  resolveBase: (reference) => (reference === BASE ? LOCAL : undefined),
  allowedBases: [BASE],
  service: 'api',
  planted: ['config/.env'],
  port: 8000,
};

/** Compiles files given as text; a plain Dockerfile is there unless the test brings its own. */
export function compile(files: Readonly<Record<string, string>>): PolicyOutcome {
  const set: FileSet = new Map(
    Object.entries({ Dockerfile: DOCKERFILE, ...files }).map(([path, text]) => [path, textFile(text)]),
  );
  return compileSubmission(set, OPTIONS);
}

/** Compiles a compose file in which `lines` stand under `api`, beside its `build`. */
export function compileService(
  lines: string,
  rest = '',
  files: Readonly<Record<string, string>> = {},
): PolicyOutcome {
  return compile({ 'compose.yaml': serviceFile(lines, rest), ...files });
}

/** `lines` begin on line 4, column 5. */
export function serviceFile(lines: string, rest = ''): string {
  const body = lines
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');
  return `services:\n  api:\n    build: .\n${body}${rest}`;
}

/** The plan of what must be accepted. */
export function planOf(outcome: PolicyOutcome): Plan {
  if (!outcome.accepted) throw new Error(`refused: ${JSON.stringify(outcome.refusals, undefined, 2)}`);
  return outcome.plan;
}

/** The graded service of what must be accepted. */
export function serviceOf(outcome: PolicyOutcome): ServicePlan {
  const plan = planOf(outcome);
  const service = plan.services.find(({ name }) => name === plan.graded);
  if (!service) throw new Error('the graded service is missing');
  return service;
}

export function buildOf(outcome: PolicyOutcome): BuildPlan {
  const { image } = serviceOf(outcome);
  if (image.from !== 'build') throw new Error('the graded service is not built');
  return image.build;
}

/** `rule@line:column` of each refusal; none for what is accepted. */
export function refusalsOf(outcome: PolicyOutcome): readonly string[] {
  return outcome.accepted
    ? []
    : outcome.refusals.map(({ rule, line, column }) => `${rule}@${line}:${column}`);
}

export function messagesOf(outcome: PolicyOutcome): readonly string[] {
  return (outcome.accepted ? outcome.notices : outcome.refusals).map(({ message }) => message);
}

/** Rules of the notices of what must be accepted. */
export function noticesOf(outcome: PolicyOutcome): readonly string[] {
  planOf(outcome);
  return outcome.accepted ? outcome.notices.map(({ rule }) => rule) : [];
}
