import { z } from 'zod';
import { CheckResult } from './check-result.ts';

/** Where a run is. `queued` and `done` are the ends; the others follow each other. */
export const Phase = z.enum([
  'queued',
  'claimed',
  'policy',
  'building',
  'starting',
  'checking',
  'recording',
  'done',
]);
export type Phase = z.infer<typeof Phase>;

/** What a run tells while it goes on. Lost ones do no harm: the stored report is the truth. */
export const RunEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('phase'), phase: Phase, atMs: z.number() }),
  /** One line of the build log, control characters already removed. */
  z.object({ type: z.literal('log'), line: z.string() }),
  z.object({ type: z.literal('check'), result: CheckResult }),
]);
export type RunEvent = z.infer<typeof RunEvent>;
