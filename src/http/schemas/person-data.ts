import { z } from 'zod';
import { Instant, PersonName, SAMPLE, Uuid } from './field-types.ts';
import { withExample } from './with-example.ts';

export const RemovePerson = withExample(
  z.strictObject({
    /** The person's name as it stands here: no slip removes anything. */
    confirm: PersonName,
  }),
  { confirm: SAMPLE.ada.name },
);

export const PersonRemoval = withExample(
  z.object({
    person: Uuid,
    /** What stands for the name in gradebooks and audit logs. */
    pseudonym: z.string(),
    begunAt: Instant,
    /** Null while there is something left; the service goes on by itself. */
    endedAt: Instant.nullable(),
  }),
  {
    person: SAMPLE.ada.id,
    pseudonym: 'Removed person 17',
    begunAt: '2026-11-25T01:10:00.000Z',
    endedAt: '2026-11-25T01:10:01.000Z',
  },
);
export type PersonRemoval = z.infer<typeof PersonRemoval>;
