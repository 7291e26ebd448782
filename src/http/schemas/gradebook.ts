import { z } from 'zod';
import { StandingStatus } from './assignment.ts';
import { Instant, Member, SAMPLE, Slug, Uuid } from './field-types.ts';
import { withExample } from './with-example.ts';
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

export const Gradebook = withExample(
  z.object({
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
  }),
  {
    course: { ...SAMPLE.course, timeZone: 'Europe/Zurich' },
    assignments: [{ ...SAMPLE.assignment, weight: 1, dueAt: '2026-11-27T22:59:59.000Z', attemptLimit: 10 }],
    learners: [
      {
        ...SAMPLE.ada,
        email: 'ada@example.edu',
        externalId: '20-915-347',
        total: 90,
        cells: [[90, 'passed', 2, 10, 'e', SAMPLE.submission]],
      },
    ],
    asOf: '2026-11-25T01:10:00.000Z',
  },
);
export type Gradebook = z.infer<typeof Gradebook>;

/** One changed cell, as the stream tells it. */
export const GradebookChange = withExample(
  z.object({
    person: Uuid,
    assignment: Slug,
    cell: GradebookCell,
    total: z.number().nullable(),
  }),
  {
    person: SAMPLE.ada.id,
    assignment: 'port-bind',
    cell: [100, 'passed', 3, 0, '', SAMPLE.submission],
    total: 100,
  },
);
export type GradebookChange = z.infer<typeof GradebookChange>;

export const History = withExample(
  z.object({
    person: Member,
    assignments: z.array(
      z.object({
        assignment: z.object({ id: Slug, title: z.string() }),
        standing: Standing,
        submissions: z.array(SubmissionSummary),
      }),
    ),
  }),
  {
    person: {
      ...SAMPLE.ada,
      email: 'ada@example.edu',
      externalId: '20-915-347',
      role: 'learner',
      enrolledAt: '2026-09-14T08:00:00.000Z',
      blockedAt: null,
    },
    assignments: [
      {
        assignment: SAMPLE.assignment,
        standing: {
          score: 90,
          rawScore: 100,
          status: 'passed',
          attemptsUsed: 2,
          attemptsLeft: 8,
          lateByMs: 3_600_000,
          latePercent: 10,
          countingSubmission: SAMPLE.submission,
          latestSubmission: SAMPLE.submission,
          override: null,
          extension: null,
          dueAt: '2026-11-27T22:59:59.000Z',
          closesAt: null,
        },
        submissions: [
          {
            id: SAMPLE.submission,
            attempt: 2,
            person: SAMPLE.ada,
            submittedAt: '2026-11-27T23:59:59.000Z',
            late: true,
            status: 'done',
            verdict: 'passed',
            score: 100,
            counts: true,
            digest: SAMPLE.digest,
            source: 'git',
          },
        ],
      },
    ],
  },
);
export type History = z.infer<typeof History>;
