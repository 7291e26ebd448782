import { z } from 'zod';

/** What the load generator is told to do: a process of its own, so that it takes no time from what it measures. */
export const LoadJob = z.object({
  url: z.string(),
  path: z.string(),
  tokens: z.array(z.string()).min(1),
  /** Connections, each with one request at a time. */
  clients: z.number().int().positive(),
  seconds: z.number().positive(),
  /** Requests a second that all clients together begin; as many as are answered where it is absent. */
  rate: z.number().positive().optional(),
  /** What is submitted: a small project, or an archive of about so many bytes that streams in slowly. */
  body: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('project') }),
    z.object({ kind: z.literal('slow-archive'), bytes: z.number().int().positive() }),
  ]),
});
export type LoadJob = z.infer<typeof LoadJob>;

export const LoadResult = z.object({
  /** Answers by status; 0 where there was none. */
  statuses: z.record(z.string(), z.number()),
  seconds: z.number(),
  /** Of those that were accepted, in ms. From when a request was due, where there is a rate. */
  latencies: z.array(z.number()),
});
export type LoadResult = z.infer<typeof LoadResult>;
