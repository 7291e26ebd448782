import { z } from 'zod';
import { Uuid } from './field-types.ts';
import { withExample } from './with-example.ts';

export const ForgeTestRequest = withExample(
  z.strictObject({
    /** The repository to try; the first one where it is absent. */
    repository: Uuid.optional(),
  }),
  {},
);

export const ForgeTest = withExample(
  z.object({
    steps: z.array(
      z.object({
        name: z.enum(['secret', 'delivery', 'mapping', 'fetch', 'status']),
        state: z.enum(['ok', 'failed', 'skipped']),
        said: z.string(),
        /** Where to look when it failed. */
        lookAt: z.string().nullable(),
      }),
    ),
  }),
  {
    steps: [
      { name: 'secret', state: 'ok', said: 'Signed with the stored secret, and taken.', lookAt: null },
      { name: 'mapping', state: 'failed', said: 'No repository is mapped.', lookAt: 'Map one below.' },
    ],
  },
);
export type ForgeTest = z.infer<typeof ForgeTest>;
