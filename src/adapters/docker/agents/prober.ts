import { z } from 'zod';
import type { HttpAnswer, HttpProbe, PendingRequest } from '../../../app/ports/prober.ts';
import type { DnsQuery, SealedInternet, Upstream } from '../../../app/ports/sealed-internet.ts';
import type { AgentConnection } from './agent-connection.ts';
import { HttpAnswerSchema } from './http-answer-schema.ts';

/** What an operation without waiting of its own may take. */
const QUICK_MS = 10_000;
/** Allowed over a probe's own time limit. */
const MARGIN_MS = 5_000;

const Address = z.object({ address: z.string() });
const Queries = z.array(
  z.object({
    atMs: z.number(),
    server: z.string(),
    client: z.string(),
    name: z.string(),
    recordType: z.string(),
    answer: z.string(),
  }),
);
const Opened = z.union([
  z.object({ handle: z.number(), localAddress: z.string(), localPort: z.number() }),
  z.object({ handle: z.null(), answer: HttpAnswerSchema }),
]);

/** The prober of one bench, in our words. */
export class Prober implements SealedInternet {
  readonly #agent: AgentConnection;

  constructor(agent: AgentConnection) {
    this.#agent = agent;
  }

  get alive(): boolean {
    return this.#agent.alive;
  }

  /** Forgets everything of a run. */
  async reset(): Promise<void> {
    await this.#agent.ask('reset', {}, z.unknown(), QUICK_MS);
  }

  async publish(name: string, body: string, signal: AbortSignal): Promise<Upstream> {
    const { address } = await this.#agent.ask('publish', { name, body }, Address, QUICK_MS, signal);
    return {
      url: `http://${name}/`,
      address,
      hits: (hitsSignal) => this.#agent.ask('hits', { address }, z.array(z.string()), QUICK_MS, hitsSignal),
    };
  }

  queries(signal: AbortSignal): Promise<readonly DnsQuery[]> {
    return this.#agent.ask('queries', {}, Queries, QUICK_MS, signal);
  }

  request(address: string, port: number, probe: HttpProbe, signal: AbortSignal): Promise<HttpAnswer> {
    return this.#agent.ask(
      'request',
      { address, port, probe },
      HttpAnswerSchema,
      probe.timeoutMs + MARGIN_MS,
      signal,
    );
  }

  /** Sends all of a request but its last byte; an answer instead of a pending request where that failed. */
  async open(
    address: string,
    port: number,
    probe: HttpProbe,
    signal: AbortSignal,
  ): Promise<PendingRequest | HttpAnswer> {
    const timeoutMs = probe.timeoutMs + MARGIN_MS;
    const opened = await this.#agent.ask('openRequest', { address, port, probe }, Opened, timeoutMs, signal);
    if (opened.handle === null) return opened.answer;
    const { handle } = opened;
    return {
      localAddress: opened.localAddress,
      localPort: opened.localPort,
      finish: (finishSignal) =>
        this.#agent.ask('finishRequest', { handle }, HttpAnswerSchema, timeoutMs, finishSignal),
      abandon: async () => {
        await this.#agent.ask('abandonRequest', { handle }, z.unknown(), QUICK_MS);
      },
    };
  }
}
