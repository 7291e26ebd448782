import { z } from 'zod';
import { CourseRole, Role, Scope } from '../../core/role.ts';
import { Email, Instant, PersonName, Slug, Uuid } from './field-types.ts';

export const CourseSummary = z.object({
  id: Slug,
  title: z.string(),
  timeZone: z.string(),
  role: Role,
});
export type CourseSummary = z.infer<typeof CourseSummary>;

export const Me = z.object({
  person: z.object({ id: Uuid, name: z.string(), email: z.string(), admin: z.boolean() }),
  scopes: z.array(Scope),
  courses: z.array(CourseSummary),
  serverTime: Instant,
});
export type Me = z.infer<typeof Me>;

const Secret = z.string().min(20).max(200);

export const SignInRequest = z.strictObject({ token: Secret });
export const InvitationLook = z.strictObject({ token: Secret });
export const InvitationAccept = z.strictObject({
  token: Secret,
  name: PersonName.optional(),
  email: Email.optional(),
});
export const InvitationFacts = z.object({
  course: z.object({ id: Slug, title: z.string() }),
  role: CourseRole,
  expiresAt: Instant,
});
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

export const TokenList = z.object({ tokens: z.array(ApiToken) });

export const NewToken = z.strictObject({
  label: z.string().trim().min(1).max(100),
  scopes: z.array(Scope).min(1),
  expiresInDays: z.number().int().min(1).max(365),
});

export const CreatedToken = z.object({
  id: Uuid,
  /** Shown this once; only its hash is kept. */
  secret: z.string(),
  label: z.string(),
  scopes: z.array(Scope),
  expiresAt: Instant,
});
export type CreatedToken = z.infer<typeof CreatedToken>;
