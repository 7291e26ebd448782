import { z } from 'zod';
import { Counting, Feedback } from '../../core/assignment-rules.ts';
import { LatePolicy } from '../../core/late-policy.ts';
import { Limits } from '../../core/scenario.ts';
import { Instant, PersonRef, Reason, SAMPLE, Slug, Title, Uuid } from './field-types.ts';
import { withExample } from './with-example.ts';

const settings = {
  title: Title,
  /** Scenario id. */
  scenario: Slug,
  position: z.number().int().min(0).max(10_000),
  opensAt: Instant.nullable(),
  dueAt: Instant.nullable(),
  closesAt: Instant.nullable(),
  attemptLimit: z.number().int().min(1).max(1000).nullable(),
  coolDownSeconds: z.number().int().min(0).max(86_400),
  latePolicy: LatePolicy,
  weight: z.number().min(0).max(1000),
  counting: Counting,
  feedback: Feedback,
  published: z.boolean(),
};

export const AssignmentSettings = z.object({ id: Slug, ...settings });
export type AssignmentSettings = z.infer<typeof AssignmentSettings>;

const SETTINGS: AssignmentSettings = {
  ...SAMPLE.assignment,
  scenario: 'port-bind',
  position: 2,
  opensAt: '2026-11-16T07:00:00.000Z',
  dueAt: '2026-11-27T22:59:59.000Z',
  closesAt: '2026-12-04T22:59:59.000Z',
  attemptLimit: 10,
  coolDownSeconds: 60,
  latePolicy: { kind: 'percent-per-day', percent: 10, graceMinutes: 15, maxPercent: 50 },
  weight: 1,
  counting: 'best',
  feedback: 'full',
  published: true,
};

export const NewAssignment = withExample(
  z.strictObject({
    id: Slug,
    ...settings,
    position: settings.position.default(0),
    opensAt: settings.opensAt.default(null),
    dueAt: settings.dueAt.default(null),
    closesAt: settings.closesAt.default(null),
    attemptLimit: settings.attemptLimit.default(null),
    coolDownSeconds: settings.coolDownSeconds.default(0),
    latePolicy: settings.latePolicy.default({ kind: 'none' }),
    weight: settings.weight.default(1),
    counting: settings.counting.default('best'),
    feedback: settings.feedback.default('full'),
    published: settings.published.default(true),
  }),
  SETTINGS,
);
export const AssignmentChange = withExample(z.strictObject(settings).partial(), {
  dueAt: '2026-12-04T22:59:59.000Z',
  attemptLimit: 20,
});

const EXTENSION = {
  dueAt: '2026-11-30T22:59:59.000Z',
  closesAt: null,
  extraAttempts: 2,
  reason: 'ill for three days',
  by: SAMPLE.ines,
  at: '2026-11-24T09:00:00.000Z',
};
const OVERRIDE = {
  score: 80,
  reason: 'shown in the lab hour',
  by: SAMPLE.ines,
  at: '2026-11-24T09:00:00.000Z',
};

export const Extension = withExample(
  z.object({
    dueAt: Instant.nullable(),
    closesAt: Instant.nullable(),
    extraAttempts: z.number().int(),
    reason: z.string(),
    by: PersonRef,
    at: Instant,
  }),
  EXTENSION,
);
export type Extension = z.infer<typeof Extension>;
export const NewExtension = withExample(
  z.strictObject({
    dueAt: Instant.nullable().default(null),
    closesAt: Instant.nullable().default(null),
    extraAttempts: z.number().int().min(0).max(1000).default(0),
    reason: Reason,
  }),
  { dueAt: EXTENSION.dueAt, extraAttempts: 2, reason: EXTENSION.reason },
);
export const ExtensionList = withExample(
  z.object({ extensions: z.array(Extension.extend({ person: PersonRef })) }),
  { extensions: [{ ...EXTENSION, person: SAMPLE.ada }] },
);

export const Override = withExample(
  z.object({ score: z.number(), reason: z.string(), by: PersonRef, at: Instant }),
  OVERRIDE,
);
export type Override = z.infer<typeof Override>;
export const NewOverride = withExample(
  z.strictObject({ score: z.number().min(0).max(100), reason: Reason }),
  { score: OVERRIDE.score, reason: OVERRIDE.reason },
);
export const OverrideList = withExample(
  z.object({ overrides: z.array(Override.extend({ person: PersonRef })) }),
  { overrides: [{ ...OVERRIDE, person: SAMPLE.ada }] },
);

export const StandingStatus = z.enum(['none', 'queued', 'running', 'passed', 'not-passed', 'fault']);
export const Standing = z.object({
  /** What counts, after late rule and override. */
  score: z.number().nullable(),
  rawScore: z.number().nullable(),
  status: StandingStatus,
  attemptsUsed: z.number().int(),
  attemptsLeft: z.number().int().nullable(),
  lateByMs: z.number(),
  latePercent: z.number(),
  countingSubmission: Uuid.nullable(),
  latestSubmission: Uuid.nullable(),
  override: z.object({ score: z.number(), reason: z.string() }).nullable(),
  extension: Extension.nullable(),
  /** With the extension. */
  dueAt: Instant.nullable(),
  closesAt: Instant.nullable(),
});
export type Standing = z.infer<typeof Standing>;

export const AssignmentItem = AssignmentSettings.extend({
  state: z.enum(['upcoming', 'open', 'late', 'closed']),
  summary: z.string(),
  part: z.string(),
  /** Null for staff. */
  standing: Standing.nullable(),
});
export type AssignmentItem = z.infer<typeof AssignmentItem>;

const STANDING: Standing = {
  score: 100,
  rawScore: 100,
  status: 'passed',
  attemptsUsed: 2,
  attemptsLeft: 8,
  lateByMs: 0,
  latePercent: 0,
  countingSubmission: SAMPLE.submission,
  latestSubmission: SAMPLE.submission,
  override: null,
  extension: null,
  dueAt: SETTINGS.dueAt,
  closesAt: SETTINGS.closesAt,
};
const ITEM: AssignmentItem = {
  ...SETTINGS,
  state: 'open',
  summary: 'The service runs and its port is published, but nobody answers on localhost:8000.',
  part: 'D.2',
  standing: STANDING,
};
export const AssignmentList = withExample(z.object({ assignments: z.array(AssignmentItem) }), {
  assignments: [ITEM],
});

export const Assignment = withExample(
  AssignmentItem.extend({
    /** Markdown. */
    briefing: z.string(),
    checks: z.array(
      z.object({ id: z.string(), title: z.string(), points: z.number(), required: z.boolean() }),
    ),
    passMark: z.number(),
    /** Folders that the grader replaces by its own copy. */
    protected: z.array(z.string()),
    files: z.array(z.object({ path: z.string(), bytes: z.number(), editable: z.boolean() })),
    limits: Limits,
    /** What an upload may hold, and names of files and folders that are no part of one. */
    intake: z.object({
      uploadBytes: z.number().int(),
      unpackedBytes: z.number().int(),
      fileBytes: z.number().int(),
      entries: z.number().int(),
      leftOut: z.array(z.string()),
    }),
    scenarioDigest: z.string(),
    submit: z.object({
      allowed: z.boolean(),
      reason: z.string().nullable(),
      notBefore: Instant.nullable(),
    }),
  }),
  {
    ...ITEM,
    briefing: '# The port is published and nobody answers\n',
    checks: [{ id: 'answers', title: 'localhost:8000 leads to the service', points: 50, required: true }],
    passMark: 100,
    protected: ['tests'],
    files: [{ path: 'Dockerfile', bytes: 412, editable: true }],
    limits: Limits.parse({}),
    intake: {
      uploadBytes: 20_971_520,
      unpackedBytes: 67_108_864,
      fileBytes: 16_777_216,
      entries: 2_000,
      leftOut: ['.git', 'node_modules'],
    },
    scenarioDigest: SAMPLE.digest,
    submit: { allowed: true, reason: null, notBefore: null },
  },
);
export type Assignment = z.infer<typeof Assignment>;

export const Starter = withExample(z.object({ files: z.record(z.string(), z.string().nullable()) }), {
  files: { Dockerfile: 'FROM python:3.11-slim\n…', 'static/logo.png': null },
});
export type Starter = z.infer<typeof Starter>;

export const ScenarioList = withExample(
  z.object({
    scenarios: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        summary: z.string(),
        part: z.string(),
        digest: z.string(),
      }),
    ),
  }),
  { scenarios: [{ ...SAMPLE.assignment, summary: ITEM.summary, part: ITEM.part, digest: SAMPLE.digest }] },
);
