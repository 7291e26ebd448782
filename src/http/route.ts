import type { Request, Response } from 'express';
import { z } from 'zod';
import { type Actor, isAdmin, requireRole, requireScope } from '../app/actor.ts';
import { Refusal } from '../core/refusal.ts';
import type { Role, Scope } from '../core/role.ts';
import { parseRequest } from './invalid-request.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/**
 * Who may call a route. `course`: has at least this role in the course that the path names. `person`: anybody signed
 * in; what they may see is for the handler to say, where the path names a thing and not its course.
 */
export type Access =
  | { readonly to: 'public' }
  | { readonly to: 'person'; readonly scope: Scope }
  | { readonly to: 'admin'; readonly scope: 'admin' }
  | { readonly to: 'course'; readonly scope: Scope; readonly least: Role };

/** Which allowance a call draws on: see `rate-limit.ts`. */
export type Budget = 'reading' | 'changing' | 'submitting' | 'signing-in' | 'unlimited';

export interface Answer<A extends z.ZodType = z.ZodType> {
  readonly status: number;
  readonly description: string;
  readonly schema: A;
  /** Of an answer that isn't JSON. */
  readonly contentType?: string;
  /** Of an answer that is text; that of JSON stands in its schema. */
  readonly example?: string;
}

export interface RouteSpec<
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  A extends z.ZodType = z.ZodType,
> {
  readonly method: Method;
  /** Under `/api/v1`, in Express's words: `/courses/:course`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  readonly budget: Budget;
  readonly query: Q;
  readonly body: B;
  /** What the body is, when it isn't JSON alone; the handler then reads it from the request. */
  readonly rawBodyTypes?: readonly string[];
  /** What a body looks like that isn't parsed, by its type. */
  readonly rawExamples?: Readonly<Record<string, unknown>>;
  /** The body is handed on as the bytes that came, at most so many: what is signed must not be parsed first. */
  readonly rawBytes?: number;
  /** Nobody is asked who they are: it is for other sites to send browsers to. */
  readonly anonymous?: boolean;
  readonly answer: Answer<A>;
}

/** A route as mounted and as described: the one cannot be without the other. */
export interface Route {
  readonly spec: RouteSpec;
  readonly handle: (request: Request, response: Response, actor: Actor | null) => Promise<void>;
}

export interface Call<Q, B> {
  readonly params: (name: string) => string;
  readonly query: Q;
  readonly body: B;
  readonly request: Request;
  readonly response: Response;
}

export const NoQuery = z.strictObject({});
export const NoBody = z.undefined();
export const NoAnswer = z.undefined();

/** What most routes are: spread it and say what differs. */
export const reading = { method: 'get', budget: 'reading', query: NoQuery, body: NoBody } as const;
export const changing = { budget: 'changing', query: NoQuery, body: NoBody } as const;

export function ok<A extends z.ZodType>(schema: A, description: string): Answer<A> {
  return { status: 200, description, schema };
}

export function done(description: string): Answer<typeof NoAnswer> {
  return { status: 204, description, schema: NoAnswer };
}

export function toCourse(least: Role, scope: Scope): Access {
  return { to: 'course', scope, least };
}

export function toPerson(scope: Scope): Access {
  return { to: 'person', scope };
}

/** A route for those who are signed in. A handler that writes its answer itself gives nothing back. */
export function route<Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  spec: RouteSpec<Q, B, A>,
  handler: (actor: Actor, call: Call<z.output<Q>, z.output<B>>) => Promise<z.input<A>>,
): Route {
  return {
    spec,
    async handle(request, response, actor) {
      if (actor === null) throw signedOut();
      authorize(spec.access, actor, param(request, 'course'));
      send(spec.answer, response, await handler(actor, callOf(spec, request, response)));
    },
  };
}

/** A route for everybody; `actor` is null for who isn't signed in. */
export function publicRoute<Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  spec: Omit<RouteSpec<Q, B, A>, 'access'>,
  handler: (actor: Actor | null, call: Call<z.output<Q>, z.output<B>>) => Promise<z.input<A>>,
): Route {
  const full = { ...spec, access: { to: 'public' } as const };
  return {
    spec: full,
    async handle(request, response, actor) {
      send(spec.answer, response, await handler(actor, callOf(full, request, response)));
    },
  };
}

export function signedOut(): Refusal {
  return new Refusal('unauthenticated', 'You are not signed in.', {
    wayOut: 'Open your sign-in link, or send a token as `Authorization: Bearer …`.',
  });
}

function authorize(access: Access, actor: Actor, course: string): void {
  switch (access.to) {
    case 'public':
      return;
    case 'person':
      requireScope(actor, access.scope);
      return;
    case 'admin':
      requireScope(actor, access.scope);
      if (!isAdmin(actor)) throw new Refusal('forbidden', 'That is for admins.', { rule: 'access.role' });
      return;
    case 'course':
      requireScope(actor, access.scope);
      requireRole(actor, course, access.least);
  }
}

function callOf<Q extends z.ZodType, B extends z.ZodType>(
  spec: RouteSpec<Q, B>,
  request: Request,
  response: Response,
): Call<z.output<Q>, z.output<B>> {
  const body: unknown = request.body;
  return {
    params: (name) => param(request, name),
    query: parseRequest(spec.query, request.query, 'query'),
    body: parseRequest(spec.body, body, 'body'),
    request,
    response,
  };
}

function send(answer: Answer, response: Response, body: unknown): void {
  if (response.headersSent || response.writableEnded) return;
  response.status(answer.status);
  if (body === undefined) response.end();
  else response.json(body);
}

function param(request: Request, name: string): string {
  const value: unknown = request.params[name];
  // Postgres knows no text with a NUL in it, and nothing has such a name.
  return typeof value === 'string' && !value.includes('\0') ? value : '';
}
