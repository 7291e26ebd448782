import { z } from 'zod';

/** What the listening process is told to do: a page each, all open at the same time. */
export const ListenJob = z.object({
  url: z.string(),
  pages: z.array(z.object({ submission: z.string(), token: z.string() })).min(1),
  /** It ends once so many verdicts were shown. */
  verdicts: z.number().int().positive(),
  /** Or after this. */
  seconds: z.number().positive(),
});
export type ListenJob = z.infer<typeof ListenJob>;

/** One line each: first that all pages are open, then what was shown. */
export const ListenLine = z.discriminatedUnion('line', [
  z.object({ line: z.literal('open'), pages: z.number() }),
  z.object({
    line: z.literal('over'),
    /** When a page showed the verdict of its submission, in ms since the epoch. */
    shownAt: z.record(z.string(), z.number()),
    broken: z.number(),
  }),
]);
export type ListenLine = z.infer<typeof ListenLine>;
