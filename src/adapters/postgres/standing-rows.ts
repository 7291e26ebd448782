import { z } from 'zod';
import { type Standing, standingOf } from '../../core/standing.ts';
import {
  type Place,
  type Situation,
  placesValue,
  situationOf,
  situationOfRow,
  situations,
} from './situations.ts';
import type { Ask } from './statements.ts';

/**
 * Keeps others from changing what one learner's standing at one assignment is made of, until the transaction ends.
 * Everything that writes submissions, extensions or overrides takes it before it reads.
 */
export async function lockStanding(ask: Ask, assignmentId: string, personId: string): Promise<void> {
  await ask(
    `SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 2))::text,
            pg_advisory_xact_lock(hashtextextended($2, 1))::text`,
    [assignmentId, `${assignmentId}/${personId}`],
  );
}

/**
 * The same of several, without ever waiting: says of which ones it has the lock. Since it doesn't wait, it can't wait
 * for somebody who waits for it.
 */
export async function tryLockStandings(ask: Ask, places: readonly Place[]): Promise<readonly boolean[]> {
  const rows = await ask(
    `SELECT pg_try_advisory_xact_lock_shared(hashtextextended(item->>'assignment_id', 2))
            AND pg_try_advisory_xact_lock(
                  hashtextextended((item->>'assignment_id') || '/' || (item->>'person_id'), 1)) AS held
     FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY listed(item, number) ORDER BY number`,
    [placesValue(places)],
  );
  return z.array(z.object({ held: z.boolean() }).transform(({ held }) => held)).parse(rows);
}

/** Works the standing out anew and stores it. The lock must be held. */
export async function refreshStanding(ask: Ask, assignmentId: string, personId: string): Promise<void> {
  await writeStandings(ask, [await situationOf(ask, assignmentId, personId)]);
}

/** Works out every standing of an assignment whose rules have changed: a few queries, however many learners. */
export async function refreshAssignment(ask: Ask, assignmentId: string): Promise<void> {
  await ask('SELECT pg_advisory_xact_lock(hashtextextended($1, 2))::text', [assignmentId]);
  const everybody = '(SELECT assignment_id, person_id FROM standing WHERE assignment_id = $1::uuid) learner';
  const rows = await ask(situations(everybody), [assignmentId]);
  await writeStandings(ask, rows.map(situationOfRow));
}

async function writeStandings(ask: Ask, situations: readonly Situation[]): Promise<void> {
  if (situations.length === 0) return;
  await ask(upsertStandings(1), [JSON.stringify(situations.map(standingRow))]);
}

/** A standing as `upsertStandings` takes it. */
export function standingRow({ assignmentId, personId, rules, tries, override, extended }: Situation) {
  const standing: Standing = standingOf(rules, tries, override);
  return {
    assignment_id: assignmentId,
    person_id: personId,
    status: standing.status,
    score: standing.score,
    raw_score: standing.rawScore,
    attempts_used: standing.attemptsUsed,
    late_by_ms: standing.lateByMs,
    late_percent: standing.latePercent,
    counting_submission_id: standing.countingSubmission,
    latest_submission_id: standing.latestSubmission,
    flags: `${override === null ? '' : 'o'}${extended ? 'e' : ''}`,
    first_pass_at: standing.firstPassAt,
    first_pass_attempts: standing.firstPassAttempts,
  };
}

/** Of a JSON list of `standingRow`s that is the statement's value of that number. */
export function upsertStandings(value: number): string {
  return `
  INSERT INTO standing (assignment_id, person_id, status, score, raw_score, attempts_used, late_by_ms, late_percent,
                        counting_submission_id, latest_submission_id, flags, first_pass_at, first_pass_attempts)
  SELECT assignment_id, person_id, status, score, raw_score, attempts_used, late_by_ms, late_percent,
         counting_submission_id, latest_submission_id, flags, first_pass_at, first_pass_attempts
  FROM jsonb_to_recordset($${value}::jsonb)
    AS item(assignment_id uuid, person_id uuid, status text, score float8, raw_score float8, attempts_used int, late_by_ms bigint,
            late_percent float8, counting_submission_id uuid, latest_submission_id uuid, flags text,
            first_pass_at timestamptz, first_pass_attempts int)
  ON CONFLICT (assignment_id, person_id) DO UPDATE SET
    status = excluded.status, score = excluded.score, raw_score = excluded.raw_score,
    attempts_used = excluded.attempts_used, late_by_ms = excluded.late_by_ms,
    late_percent = excluded.late_percent, counting_submission_id = excluded.counting_submission_id,
    latest_submission_id = excluded.latest_submission_id, flags = excluded.flags,
    first_pass_at = excluded.first_pass_at, first_pass_attempts = excluded.first_pass_attempts`;
}
