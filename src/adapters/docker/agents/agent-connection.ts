import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { z } from 'zod';
import { GraderFault } from '../../../core/grader-fault.ts';
import { parseJson } from '../../../core/json.ts';
import { demultiplex } from '../multiplexed-stream.ts';

const Answer = z.object({ id: z.number(), result: z.unknown().optional(), error: z.string().optional() });

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The worker's end of an agent: requests go out as one JSON document a line, answers come back by id. */
export class AgentConnection {
  readonly #name: string;
  readonly #input: NodeJS.WritableStream;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ready: Promise<unknown>;
  #lastId = 0;
  #ended: GraderFault | undefined;

  /** @param stream the container's hijacked stdin and stdout, multiplexed as the engine does without a terminal. */
  constructor(name: string, stream: NodeJS.ReadWriteStream) {
    this.#name = name;
    this.#input = stream;
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    let said = '';
    stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-500)));
    demultiplex(stream, stdout, stderr);
    this.#ready = this.#expect(0);
    this.#ready.catch(() => undefined);
    createInterface({ input: stdout }).on('line', (line) => {
      this.#take(line);
    });
    const end = (): void => {
      this.#end(`the ${name} has ended${said === '' ? '' : `: ${said.trim()}`}`);
    };
    stream.on('end', end).on('close', end).on('error', end);
  }

  /** Whether it can still be asked. */
  get alive(): boolean {
    return this.#ended === undefined;
  }

  /** Waits for the agent's first line. @throws GraderFault when it ends or is late. */
  async ready(timeoutMs: number): Promise<void> {
    await this.#within(this.#ready, 'start', timeoutMs);
  }

  /**
   * Asks the agent.
   * @throws GraderFault when the agent fails, has ended, or doesn't answer within `timeoutMs`.
   */
  async ask<Schema extends z.ZodType>(
    operation: string,
    parameters: Readonly<Record<string, unknown>>,
    schema: Schema,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<z.output<Schema>> {
    signal?.throwIfAborted();
    if (this.#ended) throw this.#ended;
    const id = ++this.#lastId;
    const answer = this.#expect(id);
    this.#input.write(`${JSON.stringify({ id, op: operation, ...parameters })}\n`);
    try {
      return schema.parse(await this.#within(answer, operation, timeoutMs, signal));
    } finally {
      this.#waiting.delete(id);
    }
  }

  close(): void {
    this.#end(`the ${this.#name} was closed`);
    this.#input.end();
  }

  #expect(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #take(line: string): void {
    const answer = Answer.safeParse(parseJson(line));
    if (!answer.success) return;
    const { id, result, error } = answer.data;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new GraderFault(`the ${this.#name} failed: ${error}`));
  }

  #end(why: string): void {
    if (this.#ended) return;
    this.#ended = new GraderFault(why);
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }

  async #within<T>(answer: Promise<T>, what: string, timeoutMs: number, signal?: AbortSignal): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    let abort: (() => void) | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new GraderFault(`the ${this.#name} didn't answer ${what} within ${timeoutMs} ms`));
      }, timeoutMs);
      abort = () => {
        reject(signal?.reason instanceof Error ? signal.reason : new GraderFault('the run was ended'));
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
      if (abort) signal?.removeEventListener('abort', abort);
      // The loser of the race may still reject when the agent ends.
      answer.catch(() => undefined);
    }
  }
}
