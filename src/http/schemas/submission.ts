import { z } from 'zod';
import { Report } from '../../core/report.ts';
import { Phase, RunEvent } from '../../core/run-event.ts';
import { Verdict } from '../../core/verdict.ts';
import { Instant, ItemRef, PersonRef, Reason, Uuid } from './field-types.ts';

export const SubmissionStatus = z.enum(['queued', 'running', 'done', 'cancelled', 'superseded', 'fault']);
export type SubmissionStatus = z.infer<typeof SubmissionStatus>;

export const SubmittedFiles = z.strictObject({
  /** Path → text; null removes a file of the starter. */
  files: z.record(z.string(), z.string().nullable()),
});

const Links = z.object({ self: z.string(), events: z.string(), page: z.string() });

export const Accepted = z.object({
  id: Uuid,
  attempt: z.number().int(),
  status: SubmissionStatus,
  /** Place in the queue, from 1; null once it isn't waiting. */
  position: z.number().int().nullable(),
  expectedWaitSeconds: z.number().nullable(),
  links: Links,
});
export type Accepted = z.infer<typeof Accepted>;

export const SubmissionSummary = z.object({
  id: Uuid,
  attempt: z.number().int(),
  person: PersonRef,
  submittedAt: Instant,
  late: z.boolean(),
  status: SubmissionStatus,
  verdict: Verdict.nullable(),
  score: z.number().nullable(),
  counts: z.boolean(),
  digest: z.string(),
  source: z.enum(['archive', 'files', 'git']),
});
export type SubmissionSummary = z.infer<typeof SubmissionSummary>;

export const SubmissionPage = z.object({
  submissions: z.array(SubmissionSummary),
  next: z.string().nullable(),
});

export const RunSummary = z.object({
  id: Uuid,
  kind: z.enum(['first', 'regrade', 'probe']),
  state: SubmissionStatus,
  verdict: Verdict.nullable(),
  score: z.number().nullable(),
  queuedAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  worker: z.string().nullable(),
  engine: z.string().nullable(),
  tries: z.number().int(),
  counts: z.boolean(),
  regradeSet: Uuid.nullable(),
});
export type RunSummary = z.infer<typeof RunSummary>;

export const Submission = SubmissionSummary.extend({
  course: ItemRef,
  assignment: ItemRef,
  phase: Phase,
  position: z.number().int().nullable(),
  expectedWaitSeconds: z.number().nullable(),
  lateByMs: z.number(),
  report: Report.nullable(),
  feedback: z.enum(['full', 'messages', 'verdict']),
  /** For staff. */
  fault: z.string().nullable(),
  previous: z
    .object({
      id: Uuid,
      attempt: z.number().int(),
      verdict: Verdict.nullable(),
      score: z.number().nullable(),
    })
    .nullable(),
  /** Against the previous attempt, or the starter. */
  changes: z
    .object({ added: z.array(z.string()), changed: z.array(z.string()), removed: z.array(z.string()) })
    .nullable(),
  runs: z.array(RunSummary),
  canCancel: z.boolean(),
  canRegrade: z.boolean(),
  links: Links,
});
export type Submission = z.infer<typeof Submission>;

/** First event of the stream of a submission. */
export const SubmissionSnapshot = z.object({ submission: Submission, events: z.array(RunEvent) });
export type SubmissionSnapshot = z.infer<typeof SubmissionSnapshot>;

export const FileList = z.object({
  files: z.array(
    z.object({
      path: z.string(),
      bytes: z.number().int(),
      executable: z.boolean(),
      /** Null for binary and for large files. */
      text: z.string().nullable(),
    }),
  ),
});
export type FileList = z.infer<typeof FileList>;

export const RunDetail = RunSummary.extend({
  submission: SubmissionSummary,
  report: Report.nullable(),
  fault: z.string().nullable(),
  scenario: z.string(),
  scenarioDigest: z.string(),
});
export type RunDetail = z.infer<typeof RunDetail>;

export const RegradeRequest = z.strictObject({ reason: Reason });
export const RegradeAccepted = z.object({ regradeSet: Uuid, run: Uuid });
export type RegradeAccepted = z.infer<typeof RegradeAccepted>;
