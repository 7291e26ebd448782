import type { FileSet } from '../core/file-set.ts';
import { sameFile } from '../core/same-file.ts';
import { type Actor, isStaff, notFound, roleIn } from './actor.ts';
import type { Scenarios } from './ports/scenarios.ts';
import type { SubmissionRecord, Submissions } from './ports/submissions.ts';

/** A submission that the actor may see: their own, or any of a course that they are staff of. @throws Refusal */
export async function seeSubmission(
  deps: { readonly submissions: Submissions },
  actor: Actor,
  id: string,
): Promise<SubmissionRecord> {
  const submission = await deps.submissions.find(id);
  if (submission === null) throw notFound('submission');
  const own = submission.personId === actor.personId && roleIn(actor, submission.courseId) !== null;
  if (!own && !isStaff(actor, submission.courseId)) throw notFound('submission');
  return submission;
}

export interface FileChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** What differs from the learner's previous attempt, or from the starter at the first. */
export async function changesOf(
  deps: { readonly submissions: Submissions; readonly scenarios: Scenarios },
  submission: SubmissionRecord,
  previous: SubmissionRecord | null,
): Promise<FileChanges | null> {
  const before = previous
    ? await deps.submissions.files(previous.digest)
    : deps.scenarios.find(submission.scenario)?.starter;
  if (before === undefined) return null;
  return differences(before, await deps.submissions.files(submission.digest));
}

function differences(before: FileSet, after: FileSet): FileChanges {
  const added: string[] = [];
  const changed: string[] = [];
  for (const [path, entry] of after) {
    const known = before.get(path);
    if (known === undefined) added.push(path);
    else if (!sameFile(known, entry)) changed.push(path);
  }
  const removed = [...before.keys()].filter((path) => !after.has(path));
  return { added: added.sort(), changed: changed.sort(), removed: removed.sort() };
}
