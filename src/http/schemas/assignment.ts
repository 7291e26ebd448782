import { z } from 'zod';
import { Counting, Feedback } from '../../core/assignment-rules.ts';
import { LatePolicy } from '../../core/late-policy.ts';
import { Limits } from '../../core/scenario.ts';
import { Verdict } from '../../core/verdict.ts';
import { Instant, PersonRef, Reason, Slug, Title, Uuid } from './field-types.ts';

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

export const NewAssignment = z.strictObject({
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
});
export const AssignmentChange = z.strictObject(settings).partial();

export const Extension = z.object({
  dueAt: Instant.nullable(),
  closesAt: Instant.nullable(),
  extraAttempts: z.number().int(),
  reason: z.string(),
  by: PersonRef,
  at: Instant,
});
export type Extension = z.infer<typeof Extension>;
export const NewExtension = z.strictObject({
  dueAt: Instant.nullable().default(null),
  closesAt: Instant.nullable().default(null),
  extraAttempts: z.number().int().min(0).max(1000).default(0),
  reason: Reason,
});
export const ExtensionList = z.object({ extensions: z.array(Extension.extend({ person: PersonRef })) });

export const Override = z.object({ score: z.number(), reason: z.string(), by: PersonRef, at: Instant });
export type Override = z.infer<typeof Override>;
export const NewOverride = z.strictObject({ score: z.number().min(0).max(100), reason: Reason });
export const OverrideList = z.object({ overrides: z.array(Override.extend({ person: PersonRef })) });

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
export const AssignmentList = z.object({ assignments: z.array(AssignmentItem) });

export const Assignment = AssignmentItem.extend({
  /** Markdown. */
  briefing: z.string(),
  checks: z.array(z.object({ id: z.string(), title: z.string(), points: z.number(), required: z.boolean() })),
  passMark: z.number(),
  /** Folders that the grader replaces by its own copy. */
  protected: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), editable: z.boolean() })),
  limits: Limits,
  scenarioDigest: z.string(),
  submit: z.object({
    allowed: z.boolean(),
    reason: z.string().nullable(),
    notBefore: Instant.nullable(),
  }),
});
export type Assignment = z.infer<typeof Assignment>;

export const Starter = z.object({ files: z.record(z.string(), z.string().nullable()) });
export type Starter = z.infer<typeof Starter>;

export const ScenarioList = z.object({
  scenarios: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      summary: z.string(),
      part: z.string(),
      digest: z.string(),
    }),
  ),
});

export const Statistics = z.object({
  learners: z.number().int(),
  submitted: z.number().int(),
  passed: z.number().int(),
  passRate: z.number(),
  /** Ten bins of ten points; the last holds 100 too. */
  distribution: z.array(z.object({ from: z.number(), to: z.number(), count: z.number().int() })),
  attemptsToPass: z.array(z.object({ attempts: z.number().int(), count: z.number().int() })),
  checks: z.array(
    z.object({ id: z.string(), title: z.string(), failed: z.number().int(), decided: z.number().int() }),
  ),
  verdicts: z.array(z.object({ verdict: Verdict, count: z.number().int() })),
  /** From the opening, or else from the learner's first submission. */
  medianMsToFirstPass: z.number().nullable(),
});
export type Statistics = z.infer<typeof Statistics>;
