import { z } from 'zod';

/** `HttpAnswer` as both agents write it. */
export const HttpAnswerSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    status: z.number(),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
    truncated: z.boolean(),
    tookMs: z.number(),
  }),
  z.object({
    ok: z.literal(false),
    error: z.enum(['refused', 'reset', 'timeout', 'unreachable', 'closed', 'protocol']),
    detail: z.string(),
    tookMs: z.number(),
  }),
]);
