import type { z } from 'zod';
import { Accepted, Submission } from '../../../src/http/schemas/submission.ts';
import { waitUntil } from './wait-until.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly text: string;
}

/** Someone who calls the API over real HTTP. */
export class Client {
  readonly url: string;
  readonly token: string | null;
  readonly personId: string;

  constructor(url: string, token: string | null, personId = '') {
    this.url = url;
    this.token = token;
    this.personId = personId;
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const json =
      body !== undefined &&
      !(body instanceof Uint8Array) &&
      !(body instanceof FormData) &&
      typeof body !== 'string';
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(this.token !== null && { authorization: `Bearer ${this.token}` }),
        ...(json && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: bodyOf(body, json) }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) };
  }

  /** Expects success and reads the answer by its schema. */
  async ask<S extends z.ZodType>(
    schema: S,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<z.output<S>> {
    const reply = await this.send(method, path, body);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return schema.parse(reply.body);
  }

  get(path: string): Promise<Reply> {
    return this.send('GET', path);
  }

  /** Submits a Dockerfile over the starter. */
  async submit(word: string, headers: Record<string, string> = {}): Promise<z.output<typeof Accepted>> {
    const path = '/courses/docker-101/assignments/port-bind/submissions';
    const reply = await this.send('POST', path, { files: { Dockerfile: `FROM x\nCMD ${word}\n` } }, headers);
    if (reply.status !== 202) throw new Error(`${reply.status} ${reply.text}`);
    return Accepted.parse(reply.body);
  }

  submission(id: string): Promise<z.output<typeof Submission>> {
    return this.ask(Submission, 'GET', `/submissions/${id}`);
  }

  /** Waits until the submission is where it should be. */
  async until(id: string, status: string, timeoutMs = 20_000): Promise<z.output<typeof Submission>> {
    return waitUntil(
      `submission ${status}`,
      async () => {
        const submission = await this.submission(id);
        return submission.status === status && submission;
      },
      timeoutMs,
    );
  }
}

function bodyOf(body: unknown, json: boolean): string | FormData | Uint8Array<ArrayBuffer> {
  if (json) return JSON.stringify(body);
  if (body instanceof FormData || typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  throw new Error('a body that cannot be sent');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
