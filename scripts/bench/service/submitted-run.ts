import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { packTarGz } from '../../../src/adapters/archive/pack-archive.ts';
import type { ApiClient } from '../../../src/client/api-client.ts';
import type { FileSet } from '../../../src/core/file-set.ts';
import { RunEvent } from '../../../src/core/run-event.ts';
import type { Verdict } from '../../../src/core/verdict.ts';
import { followSubmission, sendSubmission } from '../../../src/http/learner-routes.ts';
import { Submission, SubmissionSnapshot } from '../../../src/http/schemas/submission.ts';
import { COURSE } from '../load/service-under-load.ts';

/** When each thing was, in milliseconds by one clock: the processes are on one machine. */
export interface RunTimes {
  readonly sentAt: number;
  readonly claimedAt: number;
  /** Checks are over, and the result is about to be stored. */
  readonly recordingAt: number;
  /** Whoever listens has the verdict. */
  readonly heardAt: number;
}

/** Packs files as an upload. */
export async function archiveOf(files: FileSet): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await buffer(packTarGz(files, 'project')));
}

/** Submits as a learner does. Gives back the submission's id. */
export async function submitArchive(
  client: ApiClient,
  assignment: string,
  bytes: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<string> {
  const params = { course: COURSE, assignment };
  const raw = { type: 'application/gzip', bytes };
  const headers = { 'Idempotency-Key': randomBytes(16).toString('hex') };
  return (await client.call(sendSubmission, { params, raw, headers }, signal)).id;
}

/** Submits and listens until the verdict is there. @throws Error when it isn't `wanted`: then its time means nothing. */
export async function submittedRun(
  client: ApiClient,
  assignment: string,
  bytes: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
  wanted: Verdict = 'passed',
): Promise<RunTimes> {
  const sentAt = Date.now();
  const submission = await submitArchive(client, assignment, bytes, signal);
  const phases = new Map<string, number>();
  const told = (data: unknown): void => {
    const event = RunEvent.safeParse(data);
    if (event.success && event.data.type === 'phase') phases.set(event.data.phase, event.data.atMs);
  };
  for await (const { event, data } of client.events(
    followSubmission,
    { params: { submission } },
    null,
    signal,
  )) {
    if (event === 'run') told(data);
    const snapshot = event === 'snapshot' ? SubmissionSnapshot.parse(data) : undefined;
    snapshot?.events.forEach(told);
    const shown = event === 'submission' ? Submission.parse(data) : snapshot?.submission;
    if (shown?.status !== 'done') continue;
    const heardAt = Date.now();
    if (shown.verdict !== wanted) throw new Error(`${assignment}: ${shown.report?.summary ?? 'no report'}`);
    const at = (phase: string): number => phases.get(phase) ?? Number.NaN;
    return { sentAt, heardAt, claimedAt: at('claimed'), recordingAt: at('recording') };
  }
  throw new Error(`${assignment}: the stream ended without a verdict`);
}
