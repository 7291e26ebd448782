import { z } from 'zod';

/** The schema with what a body or an answer of it looks like; the API's document shows it. */
export function withExample<S extends z.ZodType>(schema: S, example: z.input<S>): S {
  return schema.meta({ examples: [example] });
}

/** What `withExample` put to a schema; undefined where nothing was. */
export function exampleOf(schema: z.ZodType): unknown {
  const examples = z.globalRegistry.get(schema)?.['examples'];
  const own: unknown = Array.isArray(examples) ? examples[0] : undefined;
  if (own !== undefined || !(schema instanceof z.ZodOptional)) return own;
  const inner = schema.unwrap();
  return inner instanceof z.ZodType ? exampleOf(inner) : undefined;
}
