import { z } from 'zod';
import { Instant, PersonRef, Slug, Uuid } from './field-types.ts';

export const QueueOverview = z.object({
  queued: z.number().int(),
  running: z.number().int(),
  /** Runs that the grader gave up on: somebody has to look. */
  faults: z.array(
    z.object({
      run: Uuid,
      submission: Uuid,
      assignment: z.object({ course: Slug, id: Slug, title: z.string() }),
      person: PersonRef,
      message: z.string(),
      at: Instant,
      tries: z.number().int(),
    }),
  ),
  waiting: z.array(
    z.object({
      run: Uuid,
      submission: Uuid,
      assignment: z.object({ course: Slug, id: Slug, title: z.string() }),
      person: PersonRef,
      kind: z.enum(['first', 'regrade', 'probe']),
      queuedAt: Instant,
      position: z.number().int(),
    }),
  ),
  workers: z.array(
    z.object({
      id: z.string(),
      host: z.string(),
      state: z.enum(['idle', 'busy', 'draining', 'lost', 'refusing']),
      slots: z.number().int(),
      busy: z.number().int(),
      startedAt: Instant,
      seenAt: Instant,
      engine: z.string().nullable(),
      note: z.string().nullable(),
    }),
  ),
  expectedWaitSeconds: z.number().nullable(),
  redis: z.enum(['up', 'down']),
});
export type QueueOverview = z.infer<typeof QueueOverview>;
