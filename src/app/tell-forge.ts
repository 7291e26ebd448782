import { z } from 'zod';
import { originOf } from './forge-access.ts';
import type { CommitStatus, Forges, SecretBox, StatusClient } from './ports/forges.ts';
import type { OutboxRow } from './ports/outbox.ts';
import type { SubmissionRecord, Submissions } from './ports/submissions.ts';
import { type TellAgainDeps, tellAgain } from './tell-again.ts';

export interface TellForgeDeps extends TellAgainDeps {
  readonly forges: Forges;
  readonly submissions: Submissions;
  readonly statuses: StatusClient;
  readonly secrets: SecretBox;
  readonly publicUrl: string;
}

const Concern = z.object({ submissionId: z.string() });

const LEASE_MS = 60_000;
const BATCH = 16;
/** A forge that takes nothing for so long is told no more. */
const GIVE_UP_MS = 3 * 24 * 3_600_000;

/** What happens to runs concerns others as well: each such row becomes one for every one who is to be told. */
const HAPPENED = ['run.recorded', 'run.given-up'] as const;
const TELL = 'commit.status';

/** Delivers what is due for forges. True when there may be more. */
export async function tellForges(deps: TellForgeDeps, signal: AbortSignal): Promise<boolean> {
  const now = deps.clock.now();
  const happened = await deps.outbox.claim(HAPPENED, now, LEASE_MS, BATCH);
  for (const row of happened) await spread(deps, row);
  const rows = await deps.outbox.claim([TELL], deps.clock.now(), LEASE_MS, BATCH);
  // One after another for the same submission, so that an older state can't come last.
  const queues = new Map<string, OutboxRow[]>();
  for (const row of rows) {
    const id = Concern.safeParse(row.payload).data?.submissionId ?? '';
    queues.set(id, [...(queues.get(id) ?? []), row]);
  }
  await Promise.all(
    [...queues].map(async ([id, queue]) => {
      for (const row of queue) await deliver(deps, id, row, signal);
    }),
  );
  return happened.length === BATCH || rows.length === BATCH;
}

async function spread(deps: TellForgeDeps, row: OutboxRow): Promise<void> {
  const concern = Concern.safeParse(row.payload);
  const now = deps.clock.now();
  if (concern.success && (await deps.forges.commitOf(concern.data.submissionId)) !== null) {
    await deps.outbox.add(TELL, { submissionId: concern.data.submissionId }, now);
  }
  await deps.outbox.delivered(row.id, now);
}

async function deliver(
  deps: TellForgeDeps,
  submissionId: string,
  row: OutboxRow,
  signal: AbortSignal,
): Promise<void> {
  try {
    await tell(deps, submissionId, signal);
    await deps.outbox.delivered(row.id, deps.clock.now());
  } catch (error) {
    await tellAgain(deps, row, error, GIVE_UP_MS);
  }
}

/** Tells the state as it is now, whichever row it was that said so. */
async function tell(deps: TellForgeDeps, submissionId: string, signal: AbortSignal): Promise<void> {
  const [record, came] = await Promise.all([
    deps.submissions.find(submissionId),
    deps.forges.commitOf(submissionId),
  ]);
  if (record === null || came === null) return;
  const origin = { ...originOf(deps.secrets, came.repository), commit: came.commit };
  const told = toldOf(record);
  // Without a credential nobody is told, which is how an instructor turns it off.
  if (origin.credential === null || came.told === told) return;
  await deps.statuses.post(origin, statusOf(record, deps.publicUrl), signal);
  await deps.forges.markTold(submissionId, told);
}

function toldOf(record: SubmissionRecord): string {
  if (record.status === 'done') return `${record.verdict ?? 'none'} ${record.score ?? 0}`;
  return record.status === 'running' ? 'queued' : record.status;
}

function statusOf(record: SubmissionRecord, publicUrl: string): CommitStatus {
  return {
    ...stateOf(record),
    context: `labgrader/${record.assignmentSlug}`,
    url: `${publicUrl}/submissions/${record.id}`,
  };
}

function stateOf(record: SubmissionRecord): Pick<CommitStatus, 'state' | 'description'> {
  switch (record.status) {
    case 'queued':
    case 'running':
      return { state: 'pending', description: `Attempt ${record.attempt} is being graded` };
    case 'done':
      return {
        state: record.verdict === 'passed' ? 'success' : 'failure',
        description: `Score ${record.score ?? 0} of 100: ${record.verdict ?? 'no verdict'}`,
      };
    case 'superseded':
      return { state: 'error', description: 'A newer submission took its place' };
    case 'cancelled':
      return { state: 'error', description: 'Cancelled' };
    case 'fault':
      return { state: 'error', description: 'The grader has a fault; staff see it' };
  }
}
