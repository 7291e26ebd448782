import type { Untold } from '../../app/ports/outbox.ts';
import type { Untold as View } from '../schemas/untold.ts';

export function untoldView(untold: Untold | undefined): View {
  return untold === undefined ? null : { ...untold, since: untold.since.toISOString() };
}
