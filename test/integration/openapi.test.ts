import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { allRoutes } from '../../src/http/routes/all-routes.ts';
import { NoBody, type Route } from '../../src/http/route.ts';
import { openApiPath } from '../../src/http/openapi.ts';
import { Problem } from '../../src/http/schemas/field-types.ts';
import { exampleOf } from '../../src/http/schemas/with-example.ts';
import { Client } from './support/client.ts';
import { type Stack, startStack } from './support/stack.ts';

/** Bodies and answers that are bytes: there is no text to show. */
const BYTES = ['multipart/form-data', 'application/gzip', 'application/zip', 'application/octet-stream'];

const Content = z.record(z.string(), z.object({ example: z.unknown().optional() }));
const Operation = z.object({
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ content: Content.optional() })),
});
const Described = z.object({ paths: z.record(z.string(), z.record(z.string(), Operation)) });

describe('the description of the API', () => {
  let stack: Stack;
  let routes: readonly Route[];
  let described: z.output<typeof Described>;
  beforeAll(async () => {
    stack = await startStack();
    routes = allRoutes(stack.api.service, false);
    described = Described.parse((await new Client(stack.api.url, null).get('/openapi.json')).body);
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it('shows an example of every body and of every answer that is text', () => {
    const missing: string[] = [];
    for (const { spec } of routes) {
      const operation = described.paths[openApiPath(spec.path)]?.[spec.method];
      const contents = {
        body: operation?.requestBody?.content,
        answer: operation?.responses[spec.answer.status]?.content,
        problem: operation?.responses['default']?.content,
      };
      expect(Object.keys(contents.problem ?? {})).toEqual(['application/problem+json']);
      for (const [part, content] of Object.entries(contents)) {
        for (const [type, { example }] of Object.entries(content ?? {})) {
          if (example === undefined && !BYTES.includes(type))
            missing.push(`${spec.method} ${spec.path}: ${part}, ${type}`);
        }
      }
    }

    // Put one to the schema with `withExample`, or to the route with `rawExamples` or `example`.
    expect(missing).toEqual([]);
  });

  it('shows only examples that are as their schema says', () => {
    for (const { spec } of routes) {
      const name = `${spec.method} ${spec.path}`;
      if (exampleOf(spec.body) !== undefined) {
        expect(spec.body.safeParse(exampleOf(spec.body)).error?.issues ?? [], `body of ${name}`).toEqual([]);
      }
      // A field that the schema doesn't know would be gone after it was read.
      const answer = exampleOf(spec.answer.schema);
      if (typeof answer === 'object' && answer !== null)
        expect(spec.answer.schema.parse(answer), `answer of ${name}`).toMatchObject(answer);
    }
    expect(Problem.parse(exampleOf(Problem))).toEqual(exampleOf(Problem));
  });

  it('names a body for every route that takes one', () => {
    for (const { spec } of routes) {
      const operation = described.paths[openApiPath(spec.path)]?.[spec.method];
      const takesOne = spec.body !== NoBody || spec.rawBodyTypes !== undefined;
      expect(operation?.requestBody !== undefined, `${spec.method} ${spec.path}`).toBe(takesOne);
    }
  });
});
