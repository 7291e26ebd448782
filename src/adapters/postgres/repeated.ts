import { z } from 'zod';
import type { AdmittedSubmission } from '../../app/ports/submissions.ts';
import { Refusal } from '../../core/refusal.ts';
import { failed, succeeded } from './batches.ts';
import type { Candidate } from './candidate.ts';
import type { Ask } from './statements.ts';

/** Those whose idempotency key was seen already, with what was taken then. Nothing is asked where nobody has a key. */
export async function repeatedOf(
  ask: Ask,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<Candidate, PromiseSettledResult<AdmittedSubmission>>> {
  const keyed = candidates.filter(({ submission }) => submission.idempotencyKey !== null);
  if (keyed.length === 0) return new Map();
  const rows = await ask(REPEATED, [
    keyed.map(({ submission }) => submission.assignmentId),
    keyed.map(({ submission }) => submission.personId),
    keyed.map(({ submission }) => submission.idempotencyKey),
  ]);
  const known = z.array(RepeatedRow).parse(rows);
  return new Map(
    known.flatMap((row) => {
      const candidate = keyed[row.number - 1];
      return candidate === undefined ? [] : [[candidate, outcomeOf(candidate, row)] as const];
    }),
  );
}

function outcomeOf(
  { submission }: Candidate,
  { digest, ...row }: z.infer<typeof RepeatedRow>,
): PromiseSettledResult<AdmittedSubmission> {
  if (digest !== submission.digest) {
    return failed(
      new Refusal('conflict', 'The Idempotency-Key was used for a submission of other files.', {
        rule: 'request.idempotency-key',
        wayOut: 'Send a fresh key with each new submission.',
      }),
    );
  }
  const { submissionId, runId, attempt, priority } = row;
  return succeeded({ submissionId, runId, attempt, priority, repeated: true, superseded: [] });
}

const REPEATED = `
  SELECT DISTINCT ON (submission.id) item.number::int, submission.id AS "submissionId", submission.attempt,
         submission.digest, run.id AS "runId", run.priority
  FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY item(assignment_id, person_id, key, number)
  JOIN submission ON submission.assignment_id = item.assignment_id AND submission.person_id = item.person_id
    AND submission.idempotency_key = item.key
  JOIN run ON run.submission_id = submission.id
  ORDER BY submission.id, run.queued_at`;

const RepeatedRow = z.object({
  number: z.number(),
  submissionId: z.string(),
  attempt: z.number(),
  digest: z.string(),
  runId: z.string(),
  priority: z.number(),
});
