import type { Actor } from '../app/actor.ts';
import type { AuditNote } from '../app/ports/audit.ts';

/** What the audit log says of an act of `actor` in a course. */
export function noteOf(
  actor: Actor,
  courseId: string,
  act: string,
  subject: string,
  detail: Readonly<Record<string, unknown>>,
): AuditNote & { readonly actorId: string } {
  return { actorId: actor.personId, courseId, act, subject, detail };
}
