import { admissionRefusal } from '../core/admission.ts';
import type { FileSet } from '../core/file-set.ts';
import type { IntakeLimits } from '../core/intake-limits.ts';
import { Refusal } from '../core/refusal.ts';
import { type Actor } from './actor.ts';
import type { IncomingPush, PushHandlers, RefUpdate, WriteLine } from './ports/git-remote.ts';
import type { PendingPush } from './ports/pending-pushes.ts';
import { plainLine, refusalLines } from './push-lines.ts';
import type { SubmissionTicket } from './submit.ts';
import { submitPush, type SubmitPushDeps } from './submit-push.ts';
import { tellOfSubmission } from './tell-of-submission.ts';

type TellDeps = Parameters<typeof tellOfSubmission>[0];

export interface PushDeps extends SubmitPushDeps, TellDeps {
  readonly intake: IntakeLimits;
  readonly publicUrl: string;
}

export interface PushOptions {
  readonly repositoryBytes: number;
  /** How long the one who pushes is kept watching. */
  readonly watchMs: number;
}

/** The branch that is graded. */
export const MAIN = 'refs/heads/main';
const NONE = /^0+$/;

/** What one push to the service's own remote leads to, told to whoever pushes. */
export function receivePush(
  deps: PushDeps,
  options: PushOptions,
  actor: Actor,
  ticket: SubmissionTicket,
): PushHandlers {
  let judged: { readonly pending: PendingPush; readonly files: FileSet } | null = null;

  async function judge(push: IncomingPush, signal: AbortSignal): Promise<void> {
    for (const update of push.updates) checkRef(update);
    if (push.repositoryBytes > options.repositoryBytes) throw full(options.repositoryBytes);
    const main = graded(push);
    if (main === undefined) return;
    const files = await push.files(main.after, deps.intake, signal);
    if (!ticket.probe) {
      const { tries, rules } = await deps.assignments.standing(ticket.assignment, actor.personId);
      const refusal = admissionRefusal(rules, tries, ticket.at);
      if (refusal !== null) throw refusal;
    }
    // From here on the push is graded, whatever becomes of this process: see finish-pushes.ts.
    const pending = await deps.pendingPushes.note({
      assignmentId: ticket.assignment.id,
      personId: actor.personId,
      commit: main.after,
      probe: ticket.probe,
      takenAt: ticket.at,
    });
    judged = { pending, files };
  }

  return {
    async judge(push, write, signal) {
      return refusing(write, 'Refused: nothing of this push is kept.', () => judge(push, signal));
    },

    async received(push, write, signal) {
      for (const update of push.updates) if (update.ref !== MAIN) write(keptLine(update));
      const main = graded(push);
      if (main === undefined || judged?.pending.commit !== main.after) return;
      const { pending, files } = judged;
      await refusing(write, 'The push is kept, but not graded.', async () => {
        const submissionId = await submitPush(deps, pending, ticket, files);
        await tell(
          submissionId,
          files.size,
          write,
          AbortSignal.any([signal, AbortSignal.timeout(options.watchMs)]),
        );
      });
    },
  };

  async function tell(
    submissionId: string,
    count: number,
    write: WriteLine,
    signal: AbortSignal,
  ): Promise<void> {
    const record = await deps.submissions.find(submissionId);
    const link = `${deps.publicUrl}/submissions/${submissionId}`;
    const title = ticket.assignment.title;
    write(plainLine(`Attempt ${record?.attempt ?? 1} at “${title}”: ${count} files taken.`));
    write('Grading goes on if you close this; see it there as well:');
    write(link);
    const over = await tellOfSubmission(deps, actor, submissionId, write, signal);
    write(over ? link : 'Still going on: see the address above.');
  }
}

/** Runs `body`; what it refuses is written. False when it was refused. */
async function refusing(write: WriteLine, outcome: string, body: () => Promise<void>): Promise<boolean> {
  try {
    await body();
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const line of refusalLines(error)) write(line);
    write(outcome);
    return false;
  }
}

function graded(push: IncomingPush): RefUpdate | undefined {
  return push.updates.find((update) => update.ref === MAIN && !NONE.test(update.after));
}

function checkRef(update: RefUpdate): void {
  if (!/^refs\/(heads|tags)\//.test(update.ref)) {
    throw new Refusal('archive-invalid', 'Only branches and tags are taken.', { rule: 'git.ref' });
  }
  if (update.ref === MAIN && NONE.test(update.after)) {
    throw new Refusal('archive-invalid', 'The branch main can’t be deleted.', { rule: 'git.delete' });
  }
}

function keptLine(update: RefUpdate): string {
  const name = update.ref.replace(/^refs\/(heads|tags)\//, '');
  const kind = update.ref.startsWith('refs/tags/') ? 'Tag' : 'Branch';
  if (NONE.test(update.after)) return plainLine(`${kind} ${name} is deleted.`);
  return plainLine(`${kind} ${name} is kept and not graded: that is what a push to main is for.`);
}

function full(bytes: number): Refusal {
  const mib = Math.floor(bytes / 1_048_576);
  return new Refusal('archive-too-large', `With this push the repository would be larger than ${mib} MiB.`, {
    rule: 'git.repository-bytes',
    wayOut:
      'Take large files out of the commits that you have not pushed yet. What no branch or tag leads to any more, after a deletion or a forced push, is dropped once nothing has been pushed for an hour.',
  });
}
