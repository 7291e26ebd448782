import { z } from 'zod';
import { CourseRole, Role } from '../../core/role.ts';
import { Email, Instant, Member, PersonName, PersonRef, Slug, TimeZone, Title, Uuid } from './field-types.ts';
import { CourseSummary } from './session.ts';

export const CourseList = z.object({ courses: z.array(CourseSummary) });

export const NewCourse = z.strictObject({ id: Slug, title: Title, timeZone: TimeZone });
export const CourseChange = z.strictObject({ title: Title.optional(), timeZone: TimeZone.optional() });

export const Course = z.object({
  id: Slug,
  title: z.string(),
  timeZone: z.string(),
  role: Role,
  /** For staff. */
  counts: z
    .object({ learners: z.number().int(), staff: z.number().int(), assignments: z.number().int() })
    .optional(),
});
export type Course = z.infer<typeof Course>;

export const PeopleList = z.object({ people: z.array(Member) });

const ExternalId = z.string().trim().min(1).max(100);

export const NewMember = z.strictObject({
  name: PersonName,
  email: Email,
  role: CourseRole,
  externalId: ExternalId.optional(),
});
export const MemberChange = z.strictObject({
  role: CourseRole.optional(),
  externalId: ExternalId.nullable().optional(),
});

export const ImportOutcome = z.object({
  dryRun: z.boolean(),
  added: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  /** Nothing is imported while there are any. */
  problems: z.array(z.object({ line: z.number().int(), message: z.string() })),
});
export type ImportOutcome = z.infer<typeof ImportOutcome>;

export const SignInLink = z.object({ url: z.string(), expiresAt: Instant });
export type SignInLink = z.infer<typeof SignInLink>;

export const NewInvitation = z.strictObject({
  role: z.enum(['learner', 'assistant']),
  expiresInDays: z.number().int().min(1).max(365),
  maxUses: z.number().int().min(1).max(5000),
});
export const Invitation = z.object({
  id: Uuid,
  role: CourseRole,
  expiresAt: Instant,
  maxUses: z.number().int(),
  uses: z.number().int(),
  createdAt: Instant,
});
export type Invitation = z.infer<typeof Invitation>;
export const InvitationList = z.object({ invitations: z.array(Invitation) });
export const CreatedInvitation = z.object({
  id: Uuid,
  /** Shown this once. */
  url: z.string(),
  role: CourseRole,
  expiresAt: Instant,
  maxUses: z.number().int(),
});
export type CreatedInvitation = z.infer<typeof CreatedInvitation>;

export const AuditEntry = z.object({
  id: z.string(),
  at: Instant,
  actor: PersonRef.nullable(),
  act: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
export const AuditPage = z.object({ entries: z.array(AuditEntry), next: z.string().nullable() });
