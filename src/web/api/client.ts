import { z } from 'zod';

const BASE = '/api/v1';

/** What went wrong with a request, as the API tells it (`application/problem+json`). */
const Problem = z.object({
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  file: z.string().optional(),
  line: z.number().optional(),
  rule: z.string().optional(),
  wayOut: z.string().optional(),
  retryAfterSeconds: z.number().optional(),
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  requestId: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;

/** A request that was refused, or that never came through. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export interface SendOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON, unless it is a form, a file or text that brings its own type. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Asks and reads the answer by its schema. @throws ProblemError for everything that isn't a good answer. */
export async function ask<S extends z.ZodType>(
  schema: S,
  path: string,
  options: SendOptions = {},
): Promise<z.output<S>> {
  const response = await exchange(path, options);
  const parsed = schema.safeParse(await jsonOf(response));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0];
  throw new ProblemError({
    title: 'The answer could not be read',
    status: response.status,
    code: 'internal',
    detail: `The server answered in a form that these pages don't know (${where?.path.join('.') ?? ''}: ${where?.message ?? ''}). Reload the page: it may be older than the server.`,
  });
}

/** Asks where nothing of the answer is needed. @throws ProblemError when it is refused. */
export async function tell(path: string, options: SendOptions): Promise<void> {
  await exchange(path, options);
}

/** The address of something to download or to listen to. */
export function addressOf(path: string): string {
  return `${BASE}${path}`;
}

async function exchange(path: string, options: SendOptions): Promise<Response> {
  const method = options.method ?? 'GET';
  const { body, type } = bodyOf(options);
  const response = await fetch(addressOf(path), {
    method,
    credentials: 'same-origin',
    headers: {
      Accept: 'application/json',
      // Held against forged requests: another site can't set it.
      ...(method !== 'GET' && { 'X-Labgrader': '1' }),
      ...(type !== null && { 'Content-Type': type }),
      ...options.headers,
    },
    ...(body !== null && { body }),
    ...(options.signal && { signal: options.signal }),
  }).catch((cause: unknown) => {
    if (options.signal?.aborted) throw cause;
    throw new ProblemError({
      title: 'The server can’t be reached',
      status: 0,
      code: 'unreachable',
      detail: 'The server did not answer. Nothing you typed is lost: try again in a moment.',
    });
  });
  if (response.ok) return response;
  throw new ProblemError(await problemOf(response));
}

function bodyOf(options: SendOptions): { body: BodyInit | null; type: string | null } {
  const { body, contentType } = options;
  if (body === undefined) return { body: null, type: null };
  if (body instanceof FormData) return { body, type: null };
  if (body instanceof Blob || (typeof body === 'string' && contentType !== undefined)) {
    return { body, type: contentType ?? 'application/octet-stream' };
  }
  return { body: JSON.stringify(body), type: 'application/json' };
}

async function jsonOf(response: Response): Promise<unknown> {
  return response.json().catch(() => null);
}

async function problemOf(response: Response): Promise<Problem> {
  const parsed = Problem.safeParse(await jsonOf(response));
  if (parsed.success) return parsed.data;
  return {
    title: 'Something went wrong',
    status: response.status,
    code: 'internal',
    detail: `The server answered with status ${response.status}. Try again in a moment.`,
  };
}

/** Any failure as a problem that can be shown. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { title: 'Something went wrong in this page', status: 0, code: 'page', detail };
}
