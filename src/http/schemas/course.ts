import { z } from 'zod';
import { CourseRole, Role } from '../../core/role.ts';
import {
  Email,
  Instant,
  Member,
  PersonName,
  PersonRef,
  SAMPLE,
  Slug,
  TimeZone,
  Title,
  Uuid,
} from './field-types.ts';
import { CourseSummary } from './session.ts';
import { withExample } from './with-example.ts';

export const CourseList = withExample(z.object({ courses: z.array(CourseSummary) }), {
  courses: [{ ...SAMPLE.course, timeZone: 'Europe/Zurich', role: 'learner' }],
});

export const NewCourse = withExample(z.strictObject({ id: Slug, title: Title, timeZone: TimeZone }), {
  ...SAMPLE.course,
  timeZone: 'Europe/Zurich',
});
export const CourseChange = withExample(
  z.strictObject({ title: Title.optional(), timeZone: TimeZone.optional() }),
  { title: 'Docker 101, autumn' },
);

export const Course = withExample(
  z.object({
    id: Slug,
    title: z.string(),
    timeZone: z.string(),
    role: Role,
    /** For staff. */
    counts: z
      .object({ learners: z.number().int(), staff: z.number().int(), assignments: z.number().int() })
      .optional(),
  }),
  {
    ...SAMPLE.course,
    timeZone: 'Europe/Zurich',
    role: 'instructor',
    counts: { learners: 84, staff: 3, assignments: 8 },
  },
);
export type Course = z.infer<typeof Course>;

export const PeopleList = withExample(z.object({ people: z.array(Member) }), {
  people: [
    {
      ...SAMPLE.ada,
      email: 'ada@example.edu',
      externalId: '20-915-347',
      role: 'learner',
      enrolledAt: '2026-09-14T08:00:00.000Z',
      blockedAt: null,
    },
  ],
});

const ExternalId = z.string().trim().min(1).max(100);

export const NewMember = withExample(
  z.strictObject({
    name: PersonName,
    email: Email,
    role: CourseRole,
    externalId: ExternalId.optional(),
  }),
  { name: SAMPLE.ada.name, email: 'ada@example.edu', role: 'learner', externalId: '20-915-347' },
);
export const MemberChange = withExample(
  z.strictObject({
    role: CourseRole.optional(),
    externalId: ExternalId.nullable().optional(),
  }),
  { role: 'assistant' },
);

export const ImportOutcome = withExample(
  z.object({
    dryRun: z.boolean(),
    added: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    /** Nothing is imported while there are any. */
    problems: z.array(z.object({ line: z.number().int(), message: z.string() })),
  }),
  { dryRun: true, added: 82, changed: 1, unchanged: 1, problems: [] },
);
export type ImportOutcome = z.infer<typeof ImportOutcome>;

export const SignInLink = withExample(z.object({ url: z.string(), expiresAt: Instant }), {
  url: 'https://labs.example.edu/sign-in#lg_example_vT3mQ9sX2bN7cK4wZ1yR',
  expiresAt: '2026-11-26T01:10:00.000Z',
});
export type SignInLink = z.infer<typeof SignInLink>;

export const NewInvitation = withExample(
  z.strictObject({
    role: z.enum(['learner', 'assistant']),
    expiresInDays: z.number().int().min(1).max(365),
    maxUses: z.number().int().min(1).max(5000),
  }),
  { role: 'learner', expiresInDays: 14, maxUses: 90 },
);
export const Invitation = z.object({
  id: Uuid,
  role: CourseRole,
  expiresAt: Instant,
  maxUses: z.number().int(),
  uses: z.number().int(),
  createdAt: Instant,
});
export type Invitation = z.infer<typeof Invitation>;
export const InvitationList = withExample(z.object({ invitations: z.array(Invitation) }), {
  invitations: [
    {
      id: SAMPLE.run,
      role: 'learner',
      expiresAt: '2026-12-01T00:00:00.000Z',
      maxUses: 90,
      uses: 12,
      createdAt: '2026-11-17T00:00:00.000Z',
    },
  ],
});
export const CreatedInvitation = withExample(
  z.object({
    id: Uuid,
    /** Shown this once. */
    url: z.string(),
    role: CourseRole,
    expiresAt: Instant,
    maxUses: z.number().int(),
  }),
  {
    id: SAMPLE.run,
    url: 'https://labs.example.edu/join#lg_example_vT3mQ9sX2bN7cK4wZ1yR',
    role: 'learner',
    expiresAt: '2026-12-01T00:00:00.000Z',
    maxUses: 90,
  },
);
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
export const AuditPage = withExample(
  z.object({ entries: z.array(AuditEntry), next: z.string().nullable() }),
  {
    entries: [
      {
        id: '412',
        at: '2026-11-25T01:10:00.000Z',
        actor: SAMPLE.ines,
        act: 'override.set',
        subject: `assignment:port-bind/person:${SAMPLE.ada.id}`,
        detail: { score: 80, reason: 'shown in the lab hour' },
      },
    ],
    next: null,
  },
);
