import { z } from 'zod';
import { Instant, PersonRef, SAMPLE, Slug, Uuid } from './field-types.ts';
import { withExample } from './with-example.ts';

export const QueueOverview = withExample(
  z.object({
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
  }),
  {
    queued: 3,
    running: 2,
    faults: [
      {
        run: SAMPLE.run,
        submission: SAMPLE.submission,
        assignment: { course: 'docker-101', ...SAMPLE.assignment },
        person: SAMPLE.ada,
        message: 'the engine did not answer',
        at: '2026-11-25T01:10:00.000Z',
        tries: 3,
      },
    ],
    waiting: [
      {
        run: SAMPLE.run,
        submission: SAMPLE.submission,
        assignment: { course: 'docker-101', ...SAMPLE.assignment },
        person: SAMPLE.ada,
        kind: 'first',
        queuedAt: '2026-11-25T01:10:00.000Z',
        position: 1,
      },
    ],
    workers: [
      {
        id: 'worker-1',
        host: 'grader-a',
        state: 'busy',
        slots: 2,
        busy: 2,
        startedAt: '2026-11-24T06:00:00.000Z',
        seenAt: '2026-11-25T01:10:00.000Z',
        engine: '26.1.5',
        note: null,
      },
    ],
    expectedWaitSeconds: 4,
    redis: 'up',
  },
);
export type QueueOverview = z.infer<typeof QueueOverview>;
