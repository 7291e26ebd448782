import type { z } from 'zod';
import type { RouteSpec } from '../http/route.ts';
import { Problem } from '../http/schemas/field-types.ts';
import { ApiProblem } from './api-problem.ts';
import { readBounded } from './read-bounded.ts';
import { type ServerEvent, readServerEvents } from './server-events.ts';

export interface ClientOptions {
  /** `https://labs.example.edu`, without `/api/v1`. */
  readonly server: string;
  readonly token: string;
  /** How an answer's text is put before it is read, for who shows it on a terminal. */
  readonly clean?: (text: string) => string;
}

/** A route whose path is known to the compiler, and with it the names in it. */
export type ClientRoute = RouteSpec & { readonly path: string };

type NamesIn<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | NamesIn<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;

export interface CallOf<R extends ClientRoute> {
  readonly params: Readonly<Record<NamesIn<R['path']>, string>>;
  readonly query?: z.input<R['query']>;
  readonly body?: z.input<R['body']>;
  /** A body that isn't JSON, by one of the route's `rawBodyTypes`. */
  readonly raw?: { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> };
  readonly headers?: Readonly<Record<string, string>>;
}

const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const ANSWER_MS = 60_000;
/** A stream that says nothing for so long, not even that it is alive, is dead: the server speaks every 15 s. */
const SILENCE_MS = 45_000;

/**
 * Calls routes of the API by their own declarations: what goes in and what comes out has the types of their schemas.
 * Whatever isn't a good answer is an `ApiProblem`.
 */
export class ApiClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** @throws ApiProblem when it is refused, fails, can't be read or the server can't be reached */
  async call<R extends ClientRoute, A extends z.ZodType>(
    route: R & { readonly answer: { readonly schema: A } },
    call: CallOf<R>,
    signal: AbortSignal,
  ): Promise<z.output<A>> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
    const response = await this.#send(route, call, limit, signal);
    const text = await readBounded(response, MAX_ANSWER_BYTES).catch((cause: unknown) => {
      throw this.#unreachable(cause, signal);
    });
    const parsed = route.answer.schema.safeParse(this.#json(text));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new ApiProblem({
      title: 'The answer could not be read',
      status: response.status,
      code: 'internal',
      detail: `${this.#options.server} answered in a form that this program does not know (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}).`,
      wayOut: 'Is it a labgrader server, and of the same version?',
    });
  }

  /**
   * One connection's server-sent events, from after `lastEventId`; ends when the server or the network ends it.
   * @throws ApiProblem when it isn't opened, or falls silent
   */
  async *events<R extends ClientRoute>(
    route: R,
    call: CallOf<R>,
    lastEventId: string | null,
    signal: AbortSignal,
  ): AsyncGenerator<ServerEvent> {
    const silence = new AbortController();
    const timer = setTimeout(() => {
      silence.abort();
    }, SILENCE_MS);
    const either = AbortSignal.any([signal, silence.signal]);
    try {
      const headers = { Accept: 'text/event-stream', ...(lastEventId && { 'Last-Event-ID': lastEventId }) };
      const response = await this.#send(route, { ...call, headers }, either, signal);
      for await (const item of readServerEvents(response, (text) => this.#json(text))) {
        timer.refresh();
        if (item !== null) yield item;
      }
    } catch (cause) {
      throw cause instanceof ApiProblem ? cause : this.#unreachable(cause, signal);
    } finally {
      clearTimeout(timer);
      // Whoever stops reading also hangs up.
      silence.abort();
    }
  }

  async #send<R extends ClientRoute>(
    route: R,
    call: CallOf<R>,
    limit: AbortSignal,
    signal: AbortSignal,
  ): Promise<Response> {
    const response = await fetch(this.#address(route, call), {
      method: route.method.toUpperCase(),
      // A token is for the server that was named, not for whom it points to.
      redirect: 'manual',
      headers: {
        Accept: 'application/json',
        Authorization: `Bearer ${this.#options.token}`,
        ...(call.raw
          ? { 'Content-Type': call.raw.type }
          : call.body && { 'Content-Type': 'application/json' }),
        ...call.headers,
      },
      ...(call.raw ? { body: call.raw.bytes } : call.body && { body: JSON.stringify(call.body) }),
      signal: limit,
    }).catch((cause: unknown) => {
      throw this.#unreachable(cause, signal);
    });
    if (response.ok) return response;
    throw await this.#problemOf(response);
  }

  #address<R extends ClientRoute>(route: R, call: CallOf<R>): string {
    const values = new Map(Object.entries<string>(call.params));
    const path = route.path.replace(/:([a-zA-Z]+)/g, (_match, name: string) =>
      encodeURIComponent(values.get(name) ?? ''),
    );
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(call.query ?? {})) query.set(name, String(value));
    const search = query.size === 0 ? '' : `?${query.toString()}`;
    return `${this.#options.server}/api/v1${path}${search}`;
  }

  async #problemOf(response: Response): Promise<ApiProblem> {
    const text = await readBounded(response, MAX_ANSWER_BYTES).catch(() => '');
    const parsed = Problem.safeParse(this.#json(text));
    if (parsed.success) return new ApiProblem(parsed.data);
    const target = response.headers.get('location');
    return new ApiProblem({
      title: 'No answer of labgrader',
      status: response.status,
      code: 'internal',
      detail: `${this.#options.server} answered with status ${response.status}, and not as labgrader does.`,
      wayOut:
        target === null
          ? 'Is the address that of the labgrader server?'
          : `It points to ${target.slice(0, 200)}: give the address of the server itself.`,
    });
  }

  #unreachable(cause: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    const detail = `${this.#options.server} can’t be reached, or does not answer.`;
    const problem = { title: 'Not reached', status: 0, code: 'unreachable', detail };
    return new ApiProblem(
      { ...problem, wayOut: 'Is the address right, and are you on the network?' },
      { cause },
    );
  }

  #json(text: string): unknown {
    const { clean } = this.#options;
    try {
      return JSON.parse(text, (_key, value: unknown) =>
        typeof value === 'string' && clean ? clean(value) : value,
      );
    } catch {
      return undefined;
    }
  }
}
