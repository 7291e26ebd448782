import {
  OpenAPIRegistry,
  OpenApiGeneratorV31,
  type RouteConfig,
  extendZodWithOpenApi,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { NoAnswer, NoBody, NoQuery, type Route, type RouteSpec } from './route.ts';
import { Problem } from './schemas/common.ts';

extendZodWithOpenApi(z);

/** The OpenAPI 3.1 document of exactly the routes that are mounted, from their own schemas. */
export function openApiDocument(routes: readonly Route[]) {
  const registry = new OpenAPIRegistry();
  const problem = registry.register('Problem', Problem);
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'labgrader_session',
    description: 'The pages’ own. Requests that change something also need the header X-Labgrader.',
  });
  for (const { spec } of routes) registry.registerPath(pathOf(spec, problem));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'labgrader',
      version: '1',
      description: 'Grades Docker debug labs. Errors are problem documents (RFC 9457); times are UTC.',
    },
    servers: [{ url: '/api/v1' }],
  });
}

/** Express's `/courses/:course` as OpenAPI writes it. */
export function openApiPath(path: string): string {
  return path.replace(/:([a-zA-Z]+)/g, '{$1}');
}

function pathOf(spec: RouteSpec, problem: z.ZodType): RouteConfig {
  const names = [...spec.path.matchAll(/:([a-zA-Z]+)/g)].map((match) => match[1] ?? '');
  const params = z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
  const query = spec.query instanceof z.ZodObject && spec.query !== NoQuery ? spec.query : undefined;
  const content = bodyOf(spec);
  return {
    method: spec.method,
    path: openApiPath(spec.path),
    tags: [spec.tag],
    summary: spec.summary,
    description: accessWords(spec),
    security: spec.access.to === 'public' ? [] : [{ token: [] }, { session: [] }],
    request: { params, ...(query && { query }), ...(content && { body: { content } }) },
    responses: {
      [spec.answer.status]: {
        description: spec.answer.description,
        ...answerOf(spec),
      },
      default: {
        description: 'A problem document',
        content: { 'application/problem+json': { schema: problem } },
      },
    },
  };
}

function bodyOf(spec: RouteSpec) {
  const raw = (spec.rawBodyTypes ?? []).map((type) => [type, { schema: binarySchema(type) }] as const);
  const json = spec.body === NoBody ? [] : [['application/json', { schema: spec.body }] as const];
  const all = Object.fromEntries([...raw, ...json]);
  return Object.keys(all).length === 0 ? undefined : all;
}

function binarySchema(type: string): z.ZodType {
  const file = z.string().openapi({ format: 'binary' });
  return type === 'multipart/form-data' ? z.object({ archive: file }) : file;
}

function answerOf(spec: RouteSpec) {
  const { contentType, schema } = spec.answer;
  if (contentType !== undefined) return { content: { [contentType]: { schema: z.string() } } };
  return schema === NoAnswer || schema instanceof z.ZodUndefined
    ? {}
    : { content: { 'application/json': { schema } } };
}

function accessWords(spec: RouteSpec): string {
  switch (spec.access.to) {
    case 'public':
      return 'For everybody.';
    case 'person':
      return `For who is signed in, with the scope \`${spec.access.scope}\`.`;
    case 'admin':
      return 'For admins, with the scope `admin`.';
    case 'course':
      return `For the course’s ${spec.access.least}s and above, with the scope \`${spec.access.scope}\`.`;
  }
}
