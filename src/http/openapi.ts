import { z } from 'zod';
import { componentSchemas } from './components.ts';
import { NoBody, NoQuery, type Route, type RouteSpec } from './route.ts';
import { Problem, SAMPLE } from './schemas/field-types.ts';
import { exampleOf } from './schemas/with-example.ts';

const PROBLEM = { $ref: '#/components/schemas/Problem' };

/** What stands in a path for the parts that it names. */
const PARAMETERS: Readonly<Record<string, string>> = {
  course: SAMPLE.course.id,
  assignment: SAMPLE.assignment.id,
  person: SAMPLE.ada.id,
  submission: SAMPLE.submission,
  run: SAMPLE.run,
};

/** The OpenAPI 3.1 document of exactly the routes that are mounted, from their own schemas. */
export function openApiDocument(routes: readonly Route[]) {
  const components = componentSchemas();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { spec } of routes) {
    const path = openApiPath(spec.path);
    paths[path] = { ...paths[path], [spec.method]: operationOf(spec, components.refOf) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'labgrader',
      version: '1',
      description: 'Grades Docker debug labs. Errors are problem documents (RFC 9457); times are in UTC.',
    },
    servers: [{ url: '/api/v1' }],
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'labgrader_session',
          description: 'Of the pages. Requests that change something also need the header `X-Labgrader: 1`.',
        },
      },
    },
  };
}

/** Express's `/courses/:course` as OpenAPI writes it. */
export function openApiPath(path: string): string {
  return path.replace(/:([a-zA-Z]+)/g, '{$1}');
}

type RefOf = (schema: z.ZodType) => unknown;

function operationOf(spec: RouteSpec, refOf: RefOf) {
  const content = bodyOf(spec);
  return {
    tags: [spec.tag],
    operationId: operationId(spec),
    summary: spec.summary,
    description: accessWords(spec),
    security: spec.access.to === 'public' ? [] : [{ token: [] }, { session: [] }],
    parameters: [...pathParameters(spec), ...queryParameters(spec)],
    ...(content && { requestBody: { content, required: true } }),
    responses: {
      [spec.answer.status]: { description: spec.answer.description, ...answerOf(spec, refOf) },
      default: {
        description: 'Refused, or broken here: a problem document',
        content: { 'application/problem+json': { schema: PROBLEM, ...shown(exampleOf(Problem)) } },
      },
    },
  };
}

/** `postCoursesAssignmentsSubmissions`, unique because method and path are. */
function operationId(spec: RouteSpec): string {
  const words = spec.path.split(/[^a-zA-Z]+/).filter((word) => word !== '');
  return [spec.method, ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
}

function pathParameters(spec: RouteSpec) {
  return [...spec.path.matchAll(/:([a-zA-Z]+)/g)].map((match) => ({
    name: match[1] ?? '',
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...shown(PARAMETERS[match[1] ?? '']),
  }));
}

function queryParameters(spec: RouteSpec) {
  if (spec.query === NoQuery || !(spec.query instanceof z.ZodObject)) return [];
  return Object.entries(spec.query.shape).flatMap(([name, schema]) =>
    schema instanceof z.ZodType
      ? [{ name, in: 'query', required: false, schema: inline(schema, 'input') }]
      : [],
  );
}

function bodyOf(spec: RouteSpec): Record<string, unknown> | null {
  const content: Record<string, unknown> = {};
  for (const type of spec.rawBodyTypes ?? []) {
    content[type] = { schema: rawSchema(type), ...shown(spec.rawExamples?.[type]) };
  }
  if (spec.body !== NoBody) {
    const example = exampleOf(spec.body) ?? spec.rawExamples?.['application/json'];
    content['application/json'] = { schema: inline(spec.body, 'input'), ...shown(example) };
  }
  return Object.keys(content).length === 0 ? null : content;
}

function rawSchema(type: string) {
  const file = { type: 'string', format: 'binary' };
  return type === 'multipart/form-data'
    ? { type: 'object', properties: { archive: file }, required: ['archive'] }
    : file;
}

function answerOf(spec: RouteSpec, refOf: RefOf) {
  const { contentType, schema, example } = spec.answer;
  if (contentType !== undefined) {
    return { content: { [contentType]: { schema: { type: 'string' }, ...shown(example) } } };
  }
  if (schema instanceof z.ZodUndefined) return {};
  return { content: { 'application/json': { schema: refOf(schema), ...shown(exampleOf(schema)) } } };
}

function shown(example: unknown): { readonly example?: unknown } {
  return example === undefined ? {} : { example };
}

/** An example is shown beside the schema, not in it once more. */
function inline(schema: z.ZodType, io: 'input' | 'output') {
  const {
    $schema: _dialect,
    examples: _shown,
    ...rest
  } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
  });
  return rest;
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
