import { z } from 'zod';
import { StandingStatus } from './assignment.ts';
import { Instant, Member, Slug, Uuid } from './field-types.ts';
import { Standing } from './assignment.ts';
import { SubmissionSummary } from './submission.ts';

/** score, status, attempts used, per cent off for lateness, flags (`o` override, `e` extension), counting submission. */
export const GradebookCell = z.tuple([
  z.number().nullable(),
  StandingStatus,
  z.number().int(),
  z.number(),
  z.enum(['', 'o', 'e', 'oe']),
  Uuid.nullable(),
]);
export type GradebookCell = z.infer<typeof GradebookCell>;

export const Gradebook = z.object({
  course: z.object({ id: Slug, title: z.string(), timeZone: z.string() }),
  assignments: z.array(
    z.object({
      id: Slug,
      title: z.string(),
      weight: z.number(),
      dueAt: Instant.nullable(),
      attemptLimit: z.number().int().nullable(),
    }),
  ),
  learners: z.array(
    z.object({
      id: Uuid,
      name: z.string(),
      email: z.string(),
      externalId: z.string().nullable(),
      total: z.number().nullable(),
      /** In the order of `assignments`. */
      cells: z.array(GradebookCell),
    }),
  ),
  asOf: Instant,
});
export type Gradebook = z.infer<typeof Gradebook>;

/** One changed cell, as the stream tells it. */
export const GradebookChange = z.object({
  person: Uuid,
  assignment: Slug,
  cell: GradebookCell,
  total: z.number().nullable(),
});
export type GradebookChange = z.infer<typeof GradebookChange>;

export const History = z.object({
  person: Member,
  assignments: z.array(
    z.object({
      assignment: z.object({ id: Slug, title: z.string() }),
      standing: Standing,
      submissions: z.array(SubmissionSummary),
    }),
  ),
});
export type History = z.infer<typeof History>;
