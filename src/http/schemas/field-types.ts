import { z } from 'zod';
import { Role } from '../../core/role.ts';
import { isTimeZone } from '../../core/zoned-time.ts';

export const Slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'lower-case letters, digits and hyphens, at most 60');
export const Uuid = z.uuid();
/** An instant, ISO 8601 with offset; answers are always in UTC with milliseconds. */
export const Instant = z.iso.datetime({ offset: true });
export const TimeZone = z.string().max(60).refine(isTimeZone, 'an IANA time zone such as Europe/Zurich');
export const Title = z.string().trim().min(1).max(200);
export const Reason = z.string().trim().min(3, 'say why, in a few words').max(1000);
export const Email = z.email().max(254).toLowerCase();
export const PersonName = z.string().trim().min(1).max(200);

export const PersonRef = z.object({ id: Uuid, name: z.string() });
export type PersonRef = z.infer<typeof PersonRef>;

export const ItemRef = z.object({ id: Slug, title: z.string() });
export type ItemRef = z.infer<typeof ItemRef>;

export const Member = z.object({
  id: Uuid,
  name: z.string(),
  email: z.string(),
  externalId: z.string().nullable(),
  role: Role,
  enrolledAt: Instant,
});
export type Member = z.infer<typeof Member>;

/** RFC 9457. `code` is stable; `detail` is for people. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  file: z.string().optional(),
  line: z.number().optional(),
  rule: z.string().optional(),
  wayOut: z.string().optional(),
  retryAfterSeconds: z.number().optional(),
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  requestId: z.string(),
});
export type Problem = z.infer<typeof Problem>;

export const Page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: z.string().max(60).optional(),
});
