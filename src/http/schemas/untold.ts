import { z } from 'zod';
import { Instant } from './field-types.ts';

/** What a forge or a platform doesn't take; null once it has taken all of it. */
export const Untold = z
  .object({
    /** Still tried again. */
    waiting: z.number().int(),
    /** Tried no more. */
    givenUp: z.number().int(),
    since: Instant,
    /** What came of the last try. */
    said: z.string(),
  })
  .nullable();
export type Untold = z.infer<typeof Untold>;
