import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/adapters/postgres/database.ts';
import { situationOf } from '../../src/adapters/postgres/situations.ts';
import { askOf } from '../../src/adapters/postgres/statements.ts';
import { admissionRefusal } from '../../src/core/admission.ts';
import type { AssignmentRules } from '../../src/core/assignment-rules.ts';
import { type Tries, type Try, standingOf } from '../../src/core/standing.ts';
import { triesOf } from '../unit/course/tries.ts';
import { sql } from './support/database.ts';
import { type Stack, startStack } from './support/stack.ts';

const DUE = new Date('2026-03-20T22:00:00.000Z');
const HOUR = 3_600_000;
const LEARNERS = 25;
const STATUSES = ['done', 'done', 'done', 'queued', 'running', 'cancelled', 'superseded', 'fault'] as const;
const VERDICTS = ['passed', 'failed', 'rejected'] as const;

const POLICIES: readonly AssignmentRules['latePolicy'][] = [
  { kind: 'none' },
  { kind: 'percent-per-day', percent: 10, graceMinutes: 30, maxPercent: 50 },
  // A policy that forgives who comes very late: an earlier submission may be worth less than a later one.
  {
    kind: 'steps',
    graceMinutes: 0,
    steps: [
      { afterHours: 0, percent: 60 },
      { afterHours: 24, percent: 20 },
    ],
  },
];

describe('what a learner tried, summed up by the database,', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  it('leads to the standing and the admission that all of it leads to, for any history', async () => {
    const url = stack.config.databaseUrl;
    const db = openDatabase({ url, connections: 1 });
    const [assignment] = await sql(url, 'SELECT id FROM assignment');
    const assignmentId = String(assignment?.['id']);
    await sql(url, `INSERT INTO file_tree (digest, blob, file_count, total_bytes) VALUES ('x', '', 0, 0)`);
    try {
      const learners: { personId: string; history: readonly Try[] }[] = [];
      for (let index = 0; index < LEARNERS; index++) {
        const { personId } = await stack.person(`learner-${index}`, 'learner');
        const history = historyOf(index);
        await keep(url, assignmentId, personId, history);
        learners.push({ personId, history });
      }
      for (const latePolicy of POLICIES) {
        await sql(url, 'UPDATE assignment SET late_policy = $1', [JSON.stringify(latePolicy)]);
        for (const { personId, history } of learners) {
          const { rules, tries } = await situationOf(askOf(db), assignmentId, personId);
          for (const counting of ['best', 'latest'] as const)
            expectAlike({ ...rules, counting }, tries, triesOf(history));
        }
      }
    } finally {
      await db.$disconnect();
    }
  }, 120_000);
});

function expectAlike(rules: AssignmentRules, tries: Tries, whole: Tries): void {
  const strict = { ...rules, dueAt: DUE, attemptLimit: 4, coolDownSeconds: 60 * 60 };
  expect(standingOf(strict, tries, null)).toEqual(standingOf(strict, whole, null));
  const asked = new Date(DUE.getTime() + HOUR);
  expect(admissionRefusal(strict, tries, asked)).toEqual(admissionRefusal(strict, whole, asked));
}

async function keep(
  url: string,
  assignmentId: string,
  personId: string,
  history: readonly Try[],
): Promise<void> {
  await sql(
    url,
    `INSERT INTO submission (id, assignment_id, person_id, attempt, digest, source, submitted_at, status, verdict, score)
     SELECT id::uuid, $1::uuid, $2::uuid, attempt, 'x', 'files', "submittedAt", status, verdict, score
     FROM jsonb_to_recordset($3::jsonb) AS item(id text, attempt int, "submittedAt" timestamptz, status text, verdict text, score int)`,
    [assignmentId, personId, JSON.stringify(history)],
  );
}

/** The same history for the same number: up to 24 attempts around the due date, of few scores so that many are equal. */
function historyOf(seed: number): readonly Try[] {
  const random = randomOf(seed + 1);
  const length = Math.floor(random() * 25);
  return Array.from({ length }, (_item, index): Try => {
    const status = STATUSES[Math.floor(random() * STATUSES.length)] ?? 'done';
    const verdict = status === 'done' ? (VERDICTS[Math.floor(random() * VERDICTS.length)] ?? 'failed') : null;
    const score = verdict === null ? null : verdict === 'passed' ? 100 : Math.floor(random() * 4) * 20;
    return {
      id: `00000000-0000-4000-8000-${String(seed).padStart(6, '0')}${String(index).padStart(6, '0')}`,
      attempt: index + 1,
      submittedAt: new Date(DUE.getTime() + (index - 12) * 5 * HOUR),
      status,
      verdict,
      score,
    };
  });
}

/** Numbers from 0 up to 1 that look like chance (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
