import type { Request, Response } from 'express';

const KEEP_ALIVE_MS = 15_000;
/** A stream ends after this; the browser comes back by itself. */
const LONGEST_MS = 30 * 60_000;
/** A reader that is so far behind is let go: it comes back and begins with a snapshot. */
const MAX_UNREAD_BYTES = 2 * 1024 * 1024;

/** A stream of server-sent events that knows when its reader is gone. */
export class EventStream implements Disposable {
  readonly #response: Response;
  readonly #gone = new AbortController();
  readonly #keepAlive: NodeJS.Timeout;
  readonly #longest: NodeJS.Timeout;

  constructor(request: Request, response: Response) {
    this.#response = response;
    response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    response.flushHeaders();
    response.write('retry: 2000\n\n');
    this.#keepAlive = setInterval(() => response.write(': keep-alive\n\n'), KEEP_ALIVE_MS);
    this.#longest = setTimeout(() => {
      this.#gone.abort();
    }, LONGEST_MS);
    request.once('close', () => {
      this.#gone.abort();
    });
    response.once('close', () => {
      this.#gone.abort();
    });
  }

  /** Aborts once nobody reads any more, or it has lasted for long enough. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  send(event: string, data: unknown, id?: string): void {
    this.sendJson(event, JSON.stringify(data), id);
  }

  /** For what is written once and sent to many. */
  sendJson(event: string, json: string, id?: string): void {
    if (this.#gone.signal.aborted) return;
    if (this.#response.writableLength > MAX_UNREAD_BYTES) {
      this.#response.destroy();
      return;
    }
    const name = id === undefined ? '' : `id: ${id}\n`;
    this.#response.write(`${name}event: ${event}\ndata: ${json}\n\n`);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#keepAlive);
    clearTimeout(this.#longest);
    this.#gone.abort();
    this.#response.end();
  }
}
