import type { z } from 'zod';
import { Refusal } from '../core/refusal.ts';
import { plainIssue } from './plain-issue.ts';

export interface FieldProblem {
  /** Dotted, as the caller wrote it: `latePolicy.percent`. */
  readonly path: string;
  readonly message: string;
}

/** A request that isn't as its schema says; `fields` names each place. */
export class InvalidRequest extends Refusal {
  readonly fields: readonly FieldProblem[];

  constructor(where: string, fields: readonly FieldProblem[]) {
    const words = fields.map(({ path, message }) => (path === '' ? message : `\`${path}\`: ${message}`));
    super('request-invalid', `The ${where} isn't as expected: ${words.slice(0, 3).join('; ')}.`, {
      rule: `request.${where}`,
      wayOut: 'The shapes are in /api/v1/openapi.json.',
    });
    this.fields = fields;
  }
}

/** @throws InvalidRequest with at most 20 fields */
export function parseRequest<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const parsed = schema.safeParse(value, { error: plainIssue });
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues
    .slice(0, 20)
    .map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }));
  throw new InvalidRequest(where, fields);
}
