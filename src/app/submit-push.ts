import type { FileSet } from '../core/file-set.ts';
import { Refusal } from '../core/refusal.ts';
import type { PendingPush, PendingPushes } from './ports/pending-pushes.ts';
import type { People } from './ports/people.ts';
import { refuseBlocked } from './refuse-blocked.ts';
import { submit, type SubmissionTicket } from './submit.ts';

export interface SubmitPushDeps extends SubmitDeps {
  readonly pendingPushes: PendingPushes;
  readonly people: People;
}

type SubmitDeps = Parameters<typeof submit>[0];

/**
 * Makes a submission of a push that was noted: one, however often this is called and by whichever process. Gives the
 * submission's id.
 * @throws Refusal, after which the push waits no more
 */
export async function submitPush(
  deps: SubmitPushDeps,
  push: PendingPush,
  ticket: SubmissionTicket,
  files: FileSet,
): Promise<string> {
  try {
    // They may have been blocked since the push came in.
    await refuseBlocked(deps.people, push.personId);
    const { submissionId } = await submit(deps, push, ticket, files, 'git', `push:${push.id}`);
    await deps.pendingPushes.settle(push.id);
    return submissionId;
  } catch (error) {
    if (error instanceof Refusal) await deps.pendingPushes.settle(push.id);
    throw error;
  }
}
