import { type ShownFeedback, shownFeedback } from '../core/feedback.ts';
import type { FileSet } from '../core/file-set.ts';
import { Refusal } from '../core/refusal.ts';
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

/** How much of its report the actor is shown at `now`. */
export function feedbackFor(actor: Actor, submission: SubmissionRecord, now: Date): ShownFeedback {
  return isStaff(actor, submission.courseId) ? 'full' : shownFeedback(submission.rules, now);
}

export interface FileChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** The submitted files. @throws Refusal once they were removed. */
export async function submittedFiles(
  deps: { readonly submissions: Submissions },
  submission: SubmissionRecord,
): Promise<FileSet> {
  const files = await deps.submissions.files(submission.digest);
  if (files !== null) return files;
  const on = submission.filesRemovedAt?.toISOString().slice(0, 10) ?? 'an earlier day';
  throw new Refusal(
    'not-found',
    `The files of this attempt were removed on ${on}, as the policy here says.`,
    {
      rule: 'retention.files',
      wayOut: 'Verdict and score stay. Submit the files again to have them graded again.',
    },
  );
}

/** What differs from the learner's previous attempt, or from the starter at the first; null where files are gone. */
export async function changesOf(
  deps: { readonly submissions: Submissions; readonly scenarios: Scenarios },
  submission: SubmissionRecord,
  previous: SubmissionRecord | null,
): Promise<FileChanges | null> {
  const before = previous
    ? await deps.submissions.files(previous.digest)
    : deps.scenarios.find(submission.scenario)?.starter;
  const after = await deps.submissions.files(submission.digest);
  if (!before || after === null) return null;
  return differences(before, after);
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
