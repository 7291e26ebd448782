import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AdmissionCase, AdmittedSubmission, NewSubmission } from '../../app/ports/submissions.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Tries } from '../../core/standing.ts';
import type { Database } from './database.ts';
import { PRIORITY, learnerPriority } from './priority.ts';
import { UPSERT_STANDINGS, lockStanding, situationOf, standingRow } from './standing-rows.ts';
import { type Ask, inPlainTransaction } from './statements.ts';

/**
 * Writes submission, attempt, queued run and standing in one transaction of a few statements, whatever the learner has
 * tried before: a course submits in the last minutes before it is due.
 */
export async function admit(
  db: Database,
  submission: NewSubmission,
  decide: (situation: AdmissionCase) => void,
): Promise<AdmittedSubmission> {
  const { assignmentId, personId, probe } = submission;
  return inPlainTransaction(db, async (ask) => {
    await lockStanding(ask, assignmentId, personId);
    const repeated = await findRepeated(ask, submission);
    if (repeated !== null) return repeated;
    const situation = await situationOf(ask, assignmentId, personId);
    decide(situation);
    const { here, elsewhere } = await waitingOf(ask, submission);
    const replaced = probe ? [] : here;
    const attempt = situation.tries.attempts + 1;
    const priority = probe ? PRIORITY.probe : learnerPriority(elsewhere);
    const ids = { submissionId: randomUUID(), runId: randomUUID() };
    await ask(WRITE, [
      ids.submissionId,
      ids.runId,
      assignmentId,
      personId,
      attempt,
      submission.digest,
      submission.source,
      submission.at,
      submission.idempotencyKey,
      probe ? 'probe' : 'first',
      submission.scenario,
      submission.scenarioDigest,
      priority,
      replaced.map((item) => item.runId),
      replaced.map((item) => item.submissionId),
    ]);
    const tries = triesWith(situation.tries, ids.submissionId, attempt, submission.at, replaced);
    await ask(UPSERT_STANDINGS, [assignmentId, JSON.stringify([standingRow({ ...situation, tries })])]);
    const superseded = replaced.map(({ runId, submissionId }) => ({ runId, submissionId }));
    return { ...ids, attempt, priority, repeated: false, superseded };
  });
}

interface Waiting {
  readonly runId: string;
  readonly submissionId: string;
  readonly attempt: number;
}

/** What the learner tried with the new attempt, and without those that gave way to it: they all waited. */
function triesWith(tries: Tries, id: string, attempt: number, at: Date, replaced: readonly Waiting[]): Tries {
  const gone = new Set(replaced.map((item) => item.submissionId));
  const firstPass = Math.min(
    ...tries.decisive.filter((item) => item.verdict === 'passed').map((item) => item.attempt),
  );
  return {
    ...tries,
    attempts: attempt,
    latest: id,
    used: tries.used + 1 - replaced.length,
    usedToPass: tries.usedToPass - replaced.filter((item) => item.attempt <= firstPass).length,
    decisive: [
      ...tries.decisive.filter((item) => !gone.has(item.id)),
      { id, attempt, submittedAt: at, status: 'queued', verdict: null, score: null },
    ],
  };
}

async function findRepeated(ask: Ask, submission: NewSubmission): Promise<AdmittedSubmission | null> {
  const { assignmentId, personId, idempotencyKey } = submission;
  if (idempotencyKey === null) return null;
  const [row] = await ask(
    `SELECT submission.id, submission.attempt, submission.digest, run.id AS run_id, run.priority
     FROM submission JOIN run ON run.submission_id = submission.id
     WHERE assignment_id = $1::uuid AND person_id = $2::uuid AND idempotency_key = $3
     ORDER BY run.queued_at LIMIT 1`,
    [assignmentId, personId, idempotencyKey],
  );
  if (row === undefined) return null;
  const known = RepeatedRow.parse(row);
  if (known.digest !== submission.digest) {
    throw new Refusal('conflict', 'The Idempotency-Key was used for a submission of other files.', {
      rule: 'request.idempotency-key',
      wayOut: 'Send a fresh key with each new submission.',
    });
  }
  const { id: submissionId, attempt, run_id: runId, priority } = known;
  return { submissionId, attempt, runId, priority, repeated: true, superseded: [] };
}

const RepeatedRow = z.object({
  id: z.string(),
  attempt: z.number(),
  digest: z.string(),
  run_id: z.string(),
  priority: z.number(),
});

/** The learner's first runs that wait: those at this assignment, and how many there are at others. */
async function waitingOf(
  ask: Ask,
  submission: NewSubmission,
): Promise<{ here: readonly Waiting[]; elsewhere: number }> {
  const rows = await ask(
    `SELECT run.id, run.submission_id, submission.attempt, submission.assignment_id = $1::uuid AS here
     FROM submission JOIN run ON run.submission_id = submission.id
     WHERE submission.person_id = $2::uuid AND submission.status = 'queued'
       AND run.state = 'queued' AND run.kind = 'first'`,
    [submission.assignmentId, submission.personId],
  );
  const waiting = z.array(WaitingRow).parse(rows);
  const here = waiting
    .filter((row) => row.here)
    .map((row) => ({ runId: row.id, submissionId: row.submission_id, attempt: row.attempt }));
  return { here, elsewhere: waiting.length - here.length };
}

const WaitingRow = z.object({
  id: z.string(),
  submission_id: z.string(),
  attempt: z.number(),
  here: z.boolean(),
});

/** What waited gives way; submission and run are added. The bell is taken as rung until it is known that it wasn't. */
const WRITE = `
  WITH replaced AS (
    UPDATE run SET state = 'superseded', finished_at = $8 WHERE id = ANY($14::uuid[])
  ), told AS (
    UPDATE submission SET status = 'superseded' WHERE id = ANY($15::uuid[])
  ), added AS (
    INSERT INTO submission (id, assignment_id, person_id, attempt, digest, source, submitted_at, idempotency_key, status)
    VALUES ($1::uuid, $3::uuid, $4::uuid, $5::int, $6, $7, $8, $9, 'queued')
  )
  INSERT INTO run (id, submission_id, kind, state, scenario, scenario_digest, priority, queued_at, rung_at)
  VALUES ($2::uuid, $1::uuid, $10::run_kind, 'queued', $11, $12, $13::int, $8, $8)`;
