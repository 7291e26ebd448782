import { z } from 'zod';
import { CourseRole, Role, Scope } from '../../core/role.ts';
import { Email, Instant, PersonName, SAMPLE, Slug, Uuid } from './field-types.ts';
import { withExample } from './with-example.ts';

export const CourseSummary = z.object({
  id: Slug,
  title: z.string(),
  timeZone: z.string(),
  role: Role,
});
export type CourseSummary = z.infer<typeof CourseSummary>;

export const Me = withExample(
  z.object({
    person: z.object({ id: Uuid, name: z.string(), email: z.string(), admin: z.boolean() }),
    scopes: z.array(Scope),
    courses: z.array(CourseSummary),
    serverTime: Instant,
  }),
  {
    person: { ...SAMPLE.ada, email: 'ada@example.edu', admin: false },
    scopes: ['read', 'submit'],
    courses: [{ ...SAMPLE.course, timeZone: 'Europe/Zurich', role: 'learner' }],
    serverTime: '2026-11-25T01:10:00.000Z',
  },
);
export type Me = z.infer<typeof Me>;

const Secret = z.string().min(20, 'isn’t whole: copy it up to its last letter').max(200);

const TOKEN = 'lg_example_vT3mQ9sX2bN7cK4wZ1yR';

export const SignInRequest = withExample(z.strictObject({ token: Secret }), { token: TOKEN });
export const InvitationLook = withExample(z.strictObject({ token: Secret }), { token: TOKEN });
export const InvitationAccept = withExample(
  z.strictObject({
    token: Secret,
    name: PersonName.optional(),
    email: Email.optional(),
  }),
  { token: TOKEN, name: SAMPLE.ada.name, email: 'ada@example.edu' },
);
export const InvitationFacts = withExample(
  z.object({
    course: z.object({ id: Slug, title: z.string() }),
    role: CourseRole,
    expiresAt: Instant,
  }),
  { course: SAMPLE.course, role: 'learner', expiresAt: '2026-12-01T00:00:00.000Z' },
);
export type InvitationFacts = z.infer<typeof InvitationFacts>;

export const ApiToken = z.object({
  id: Uuid,
  label: z.string(),
  scopes: z.array(Scope),
  createdAt: Instant,
  expiresAt: Instant,
  lastUsedAt: Instant.nullable(),
});
export type ApiToken = z.infer<typeof ApiToken>;

export const TokenList = withExample(z.object({ tokens: z.array(ApiToken) }), {
  tokens: [
    {
      id: SAMPLE.run,
      label: 'laptop',
      scopes: ['read', 'submit'],
      createdAt: '2026-11-01T09:30:00.000Z',
      expiresAt: '2027-01-30T09:30:00.000Z',
      lastUsedAt: null,
    },
  ],
});

export const NewToken = withExample(
  z.strictObject({
    label: z.string().trim().min(1).max(100),
    scopes: z.array(Scope).min(1),
    expiresInDays: z.number().int().min(1).max(365),
  }),
  { label: 'laptop', scopes: ['read', 'submit'], expiresInDays: 90 },
);

export const CreatedToken = withExample(
  z.object({
    id: Uuid,
    /** Shown this once; only its hash is kept. */
    secret: z.string(),
    label: z.string(),
    scopes: z.array(Scope),
    expiresAt: Instant,
  }),
  {
    id: SAMPLE.run,
    secret: TOKEN,
    label: 'laptop',
    scopes: ['read', 'submit'],
    expiresAt: '2027-01-30T09:30:00.000Z',
  },
);
export type CreatedToken = z.infer<typeof CreatedToken>;
