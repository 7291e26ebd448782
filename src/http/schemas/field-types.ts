import { z } from 'zod';
import { withExample } from './with-example.ts';
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

/** Who and what the examples tell of. */
export const SAMPLE = {
  ada: { id: '5d2f6a3e-8c1b-4f0a-9d57-0b6f1c2e7a11', name: 'Ada Lovelace' },
  ines: { id: '0c9f4b1d-6a72-4f58-8e33-5d1a7b2c9e44', name: 'Ines Garcia' },
  course: { id: 'docker-101', title: 'Docker 101' },
  assignment: { id: 'port-bind', title: 'The port is published and nobody answers' },
  submission: '9b1d7c52-3e0f-4a68-b2c4-7f5a8d6e1033',
  run: 'e4a60d18-95c7-4b3e-a1f2-6c8b9d0e5f22',
  digest: 'c0ffee5eed0d15ea5e00000000000000000000000000000000000000c0ffee00',
};

export const PersonRef = z.object({ id: Uuid, name: z.string() });
export type PersonRef = z.infer<typeof PersonRef>;

export const ItemRef = z.object({ id: Slug, title: z.string() });
export type ItemRef = z.infer<typeof ItemRef>;

export const Member = withExample(
  z.object({
    id: Uuid,
    name: z.string(),
    email: z.string(),
    externalId: z.string().nullable(),
    role: Role,
    enrolledAt: Instant,
    /** Since when the person is let in nowhere; null who isn't blocked. */
    blockedAt: Instant.nullable(),
  }),
  {
    ...SAMPLE.ada,
    email: 'ada@example.edu',
    externalId: '20-915-347',
    role: 'learner',
    enrolledAt: '2026-09-14T08:00:00.000Z',
    blockedAt: null,
  },
);
export type Member = z.infer<typeof Member>;

/** RFC 9457. `code` is stable; `detail` is for people. */
export const Problem = withExample(
  z.object({
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
  }),
  {
    type: 'urn:labgrader:archive-invalid',
    title: 'The files are not taken',
    status: 422,
    code: 'archive-invalid',
    detail: '`../etc/passwd` isn’t taken: its path leads out of the project with `..`.',
    file: '../etc/passwd',
    rule: 'archive.traversal',
    wayOut: 'Pack the project folder itself, for example with `tar -czf fix.tar.gz -C my-project .`.',
    requestId: 'b7c1f0e2a94d',
  },
);
export type Problem = z.infer<typeof Problem>;

export const Page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: z.string().max(60).optional(),
});
