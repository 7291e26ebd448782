import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AdmittedSubmission, NewSubmission } from '../../app/ports/submissions.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Tries } from '../../core/standing.ts';
import { failed, succeeded } from './batches.ts';
import type { Candidate } from './candidate.ts';
import type { Database } from './database.ts';
import { PRIORITY, learnerPriority } from './priority.ts';
import { repeatedOf } from './repeated.ts';
import { SITUATIONS, type Situation, isAt, placesValue, situationOfRow } from './situations.ts';
import { lockStanding, standingRow, tryLockStandings, upsertStandings } from './standing-rows.ts';
import { type Ask, inPlainTransaction } from './statements.ts';

/**
 * Writes submissions, attempts, queued runs and standings in one transaction of a few statements, however many they are
 * and whatever the learners have tried before: a course submits in the last minutes before it is due. It waits for
 * nobody, so that none of them waits for another's sake.
 */
export async function admitTogether(
  db: Database,
  candidates: readonly Candidate[],
): Promise<readonly PromiseSettledResult<AdmittedSubmission | 'held'>[]> {
  return inPlainTransaction(db, async (ask) => {
    const places = candidates.map((candidate) => candidate.submission);
    const [held, found] = await Promise.all([tryLockStandings(ask, places), findAll(ask, candidates)]);
    const outcomes = admitFound(
      ask,
      candidates.filter((_candidate, index) => held[index]),
      found,
    );
    return candidates.map((candidate) => outcomes.get(candidate) ?? succeeded('held'));
  });
}

/** The same of one that waits until its learner's standing is let go of. */
export async function admitAlone(db: Database, candidate: Candidate): Promise<AdmittedSubmission> {
  const outcome = await inPlainTransaction(db, async (ask) => {
    const { assignmentId, personId } = candidate.submission;
    const [, found] = await Promise.all([
      lockStanding(ask, assignmentId, personId),
      findAll(ask, [candidate]),
    ]);
    return admitFound(ask, [candidate], found).get(candidate);
  });
  if (outcome?.status === 'fulfilled') return outcome.value;
  throw outcome?.reason;
}

type Outcomes = ReadonlyMap<Candidate, PromiseSettledResult<AdmittedSubmission>>;

/** What is known before. Of those whose locks are held while it is read, nobody changes it. */
interface Found {
  readonly repeated: Outcomes;
  readonly before: readonly Before[];
}

async function findAll(ask: Ask, candidates: readonly Candidate[]): Promise<Found> {
  const submissions = candidates.map((candidate) => candidate.submission);
  const [repeated, before] = await Promise.all([repeatedOf(ask, candidates), befores(ask, submissions)]);
  return { repeated, before };
}

/** An outcome for each, which holds once the transaction has ended. The locks must be held. */
function admitFound(ask: Ask, candidates: readonly Candidate[], { repeated, before }: Found): Outcomes {
  const outcomes = new Map(repeated);
  const admitted: Admitted[] = [];
  for (const candidate of candidates.filter((one) => !repeated.has(one))) {
    try {
      const found = before.find(({ situation }) => isAt(situation, candidate.submission));
      if (found === undefined) throw assignmentGone();
      candidate.decide(found.situation);
      const one = admittedOf(candidate.submission, found);
      admitted.push(one);
      const { submission: _of, situation: _then, ...told } = one;
      outcomes.set(candidate, succeeded(told));
    } catch (error) {
      outcomes.set(candidate, failed(error));
    }
  }
  if (admitted.length > 0) void write(ask, admitted);
  return outcomes;
}

interface Admitted extends AdmittedSubmission {
  readonly submission: NewSubmission;
  readonly situation: Situation;
}

function admittedOf(submission: NewSubmission, { situation, waiting }: Before): Admitted {
  const { assignmentId, probe, at } = submission;
  const here = waiting.filter((item) => item.assignmentId === assignmentId);
  const replaced = probe ? [] : here;
  const submissionId = randomUUID();
  const attempt = situation.tries.attempts + 1;
  return {
    submission,
    situation: { ...situation, tries: triesWith(situation.tries, submissionId, attempt, at, replaced) },
    submissionId,
    runId: randomUUID(),
    attempt,
    priority: probe ? PRIORITY.probe : learnerPriority(waiting.length - here.length),
    repeated: false,
    superseded: replaced.map((item) => ({ runId: item.runId, submissionId: item.submissionId })),
  };
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

/** What a new submission is met with: its learner's situation, and their first runs that wait, at whatever assignment. */
interface Before {
  readonly situation: Situation;
  readonly waiting: readonly Waiting[];
}

async function befores(ask: Ask, submissions: readonly NewSubmission[]): Promise<readonly Before[]> {
  const rows = await ask(BEFORE, [placesValue(submissions)]);
  return rows.map((row) => ({ situation: situationOfRow(row), waiting: WaitingOfRow.parse(row).waiting }));
}

/** Runs are looked up by submission, each by itself (`OFFSET 0`), and by no index of all that wait (`::text`). */
const BEFORE = `
  SELECT situation.*, (
    SELECT coalesce(jsonb_agg(jsonb_build_object('runId', run.id, 'submissionId', submission.id,
             'attempt', submission.attempt, 'assignmentId', submission.assignment_id)), '[]')
    FROM submission CROSS JOIN LATERAL (
      SELECT id FROM run WHERE submission_id = submission.id AND state::text = 'queued' AND kind = 'first' OFFSET 0
    ) run
    WHERE submission.person_id = situation.person_id AND submission.status = 'queued'
  ) AS waiting
  FROM (${SITUATIONS}) situation`;

const Waiting = z.object({
  runId: z.string(),
  submissionId: z.string(),
  attempt: z.number(),
  assignmentId: z.string(),
});
type Waiting = z.infer<typeof Waiting>;

const WaitingOfRow = z.object({ waiting: z.array(Waiting) });

function write(ask: Ask, admitted: readonly Admitted[]): Promise<unknown> {
  const replaced = admitted.flatMap(({ superseded, submission }) =>
    superseded.map((item) => ({ run_id: item.runId, submission_id: item.submissionId, at: submission.at })),
  );
  const standings = admitted.map(({ situation }) => standingRow(situation));
  return ask(
    WRITE,
    [admitted.map(rowOf), replaced, standings].map((rows) => JSON.stringify(rows)),
  );
}

function rowOf({ submission, submissionId, runId, attempt, priority }: Admitted) {
  return {
    id: submissionId,
    run_id: runId,
    assignment_id: submission.assignmentId,
    person_id: submission.personId,
    attempt,
    digest: submission.digest,
    source: submission.source,
    at: submission.at,
    idempotency_key: submission.idempotencyKey,
    kind: submission.probe ? 'probe' : 'first',
    scenario: submission.scenario,
    scenario_digest: submission.scenarioDigest,
    priority,
  };
}

/** What waited gives way; submissions, runs and standings are written. The bell is taken as rung until it is known that it wasn't. */
const WRITE = `
  WITH item AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb)
      AS item(id uuid, run_id uuid, assignment_id uuid, person_id uuid, attempt int, digest text, source text,
              at timestamptz, idempotency_key text, kind run_kind, scenario text, scenario_digest text, priority int)
  ), old AS (
    SELECT * FROM jsonb_to_recordset($2::jsonb) AS old(run_id uuid, submission_id uuid, at timestamptz)
  ), replaced AS (
    UPDATE run SET state = 'superseded', finished_at = old.at FROM old WHERE run.id = old.run_id
  ), told AS (
    UPDATE submission SET status = 'superseded' FROM old WHERE submission.id = old.submission_id
  ), added AS (
    INSERT INTO submission (id, assignment_id, person_id, attempt, digest, source, submitted_at, idempotency_key, status)
    SELECT id, assignment_id, person_id, attempt, digest, source, at, idempotency_key, 'queued' FROM item
  ), stood AS (${upsertStandings(3)}
  )
  INSERT INTO run (id, submission_id, kind, state, scenario, scenario_digest, priority, queued_at, rung_at)
  SELECT run_id, id, kind, 'queued', scenario, scenario_digest, priority, at, at FROM item`;

function assignmentGone(): Refusal {
  return new Refusal('not-found', 'There is no such assignment any more.');
}
