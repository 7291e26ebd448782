import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import { packTarGz } from '../adapters/archive/pack-archive.ts';
import { readFolder } from '../adapters/files/read-folder.ts';
import type { ApiClient } from '../client/api-client.ts';
import { ApiProblem } from '../client/api-problem.ts';
import { Refusal } from '../core/refusal.ts';
import { sendSubmission, showAssignment } from '../http/learner-routes.ts';
import type { Assignment } from '../http/schemas/assignment.ts';
import type { Accepted } from '../http/schemas/submission.ts';

export interface SubmitRequest {
  readonly folder: string;
  readonly course: string;
  readonly assignment: string;
}

const DEPTH = 32;
/** Pauses before the same submission is sent once more, in ms; the key makes it the same one. */
const PAUSES_MS: readonly number[] = [1_000, 3_000];

/**
 * Packs a folder under the limits that the server states, and submits it.
 * @throws Refusal for a folder that can't be taken, ApiProblem for what the server says
 */
export async function submitFolder(
  client: ApiClient,
  { folder, course, assignment }: SubmitRequest,
  signal: AbortSignal,
): Promise<Accepted> {
  const params = { course, assignment };
  const { intake } = await client.call(showAssignment, { params }, signal);
  const bytes = await packed(folder, intake);
  const raw = { type: 'application/gzip', bytes };
  const headers = { 'Idempotency-Key': randomBytes(16).toString('hex') };
  for (const pauseMs of PAUSES_MS) {
    try {
      return await client.call(sendSubmission, { params, raw, headers }, signal);
    } catch (error) {
      if (!(error instanceof ApiProblem) || !error.mayPass || error.problem.status === 429) throw error;
      await pause(pauseMs, undefined, { signal });
    }
  }
  return client.call(sendSubmission, { params, raw, headers }, signal);
}

async function packed(folder: string, intake: Assignment['intake']): Promise<Uint8Array<ArrayBuffer>> {
  const limits = { files: intake.entries, totalBytes: intake.unpackedBytes, depth: DEPTH };
  const { files, leftOut } = await readFolder(folder, limits, intake.leftOut);
  for (const { path, why } of leftOut) process.stderr.write(`left out ${path}: ${why}\n`);
  if (files.size === 0) {
    throw new Refusal('archive-invalid', `There are no files in ${JSON.stringify(folder)}.`, {
      wayOut: 'Name the folder of the project, the one with the Dockerfile.',
    });
  }
  for (const [path, { bytes }] of files) {
    if (bytes.byteLength > intake.fileBytes) throw tooLarge(path, intake.fileBytes, 'archive.file-bytes');
  }
  const archive = await buffer(packTarGz(files, 'project'));
  if (archive.byteLength > intake.uploadBytes)
    throw tooLarge(folder, intake.uploadBytes, 'archive.upload-bytes');
  return new Uint8Array(archive);
}

function tooLarge(what: string, mostBytes: number, rule: string): Refusal {
  const megabytes = Math.floor(mostBytes / 1_048_576);
  return new Refusal('archive-too-large', `${what} is larger than the ${megabytes} MiB that are taken.`, {
    file: what,
    rule,
    wayOut: 'Leave out what the build does not need: data, caches, virtual environments.',
  });
}
