import type { DroppedBatch, Retention } from '../../app/ports/retention.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { BARE_REPORT, STRIPPED_REPORT } from './bare-report.ts';
import { type Database, type Transaction, inTransaction } from './database.ts';

/** A course without closing times runs for so long after the last submission to it. */
const QUIET_DAYS = 90;

interface Row {
  readonly courseId: string;
  readonly submissions: number;
}

export function retentionStore(db: Database): Retention {
  return {
    async dropFiles(before, now, limit) {
      return inTransaction(db, async (tx) => {
        const rows = await tx.$queryRaw<{ digest: string }[]>`
          UPDATE file_tree SET blob = NULL, removed_at = ${now}
          WHERE digest IN (
            SELECT digest FROM file_tree
            WHERE blob IS NOT NULL AND created_at < ${before}
              AND NOT EXISTS (SELECT 1 FROM submission
                              WHERE submission.digest = file_tree.digest
                                AND (submission.submitted_at >= ${before} OR ${held(now)}))
            ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
          RETURNING digest`;
        const digests = rows.map((row) => row.digest);
        return batchOf(tx, rows.length, Prisma.sql`submission.digest = ANY(${digests})`);
      });
    },

    async stripEvidence(before, now, limit) {
      return inTransaction(db, async (tx) => {
        const rows = await tx.$queryRaw<{ submission_id: string }[]>`
          UPDATE run SET report = ${STRIPPED_REPORT}, stripped_at = ${now}
          WHERE id IN (
            SELECT run.id FROM run JOIN submission ON submission.id = run.submission_id
            WHERE run.report IS NOT NULL AND run.stripped_at IS NULL AND run.state = 'done'
              AND submission.submitted_at < ${before} AND NOT ${held(now)}
            ORDER BY submission.submitted_at LIMIT ${limit} FOR UPDATE OF run SKIP LOCKED)
          RETURNING submission_id`;
        return batchOf(tx, rows.length, isOneOf(rows.map((row) => row.submission_id)));
      });
    },

    async dropSubmissions(before, now, limit) {
      return inTransaction(db, async (tx) => {
        const rows = await tx.$queryRaw<{ id: string }[]>`
          UPDATE submission SET removed_at = ${now}, idempotency_key = NULL
          WHERE id IN (
            SELECT submission.id FROM submission
            WHERE removed_at IS NULL AND submitted_at < ${before} AND NOT ${held(now)}
            ORDER BY submitted_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
          RETURNING id`;
        const ids = rows.map((row) => row.id);
        await tx.$executeRaw`
          UPDATE run SET report = ${BARE_REPORT}, stripped_at = coalesce(stripped_at, ${now}),
                         fault_message = NULL, worker = NULL
          WHERE submission_id = ANY(${ids}::uuid[])`;
        await tx.forgeSubmission.deleteMany({ where: { submissionId: { in: ids } } });
        return batchOf(tx, rows.length, isOneOf(ids));
      });
    },

    async heldBack(before, now) {
      const rows = await db.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS count FROM submission
        WHERE removed_at IS NULL AND submitted_at < ${before} AND ${held(now)}`;
      return rows[0]?.count ?? 0;
    },
  };
}

/** SQL: the row of `submission` at hand may not lose anything yet. */
function held(now: Date): Prisma.Sql {
  return Prisma.sql`(
    EXISTS (SELECT 1 FROM run waiting WHERE waiting.submission_id = submission.id
            AND waiting.state IN ('queued', 'running'))
    OR EXISTS (SELECT 1 FROM run member JOIN regrade_set ON regrade_set.id = member.regrade_set_id
               WHERE member.submission_id = submission.id AND regrade_set.state = 'open')
    OR ((EXISTS (SELECT 1 FROM standing WHERE standing.assignment_id = submission.assignment_id
                 AND standing.person_id = submission.person_id AND standing.counting_submission_id = submission.id)
         OR submission.status = 'fault')
        AND ${courseRuns(now)}))`;
}

/** SQL: one of the course's assignments isn't closed for everybody, or something was submitted to it of late. */
function courseRuns(now: Date): Prisma.Sql {
  const quiet = new Date(now.getTime() - QUIET_DAYS * 24 * 3_600_000);
  return Prisma.sql`EXISTS (
    SELECT 1 FROM assignment own JOIN assignment other ON other.course_id = own.course_id
    WHERE own.id = submission.assignment_id
      AND (greatest(other.closes_at, other.due_at) > ${now}
           OR EXISTS (SELECT 1 FROM extension WHERE extension.assignment_id = other.id
                      AND greatest(extension.closes_at, extension.due_at) > ${now})
           OR EXISTS (SELECT 1 FROM submission late WHERE late.assignment_id = other.id
                      AND late.submitted_at > ${quiet})))`;
}

function isOneOf(ids: readonly string[]): Prisma.Sql {
  return Prisma.sql`submission.id = ANY(${[...ids]}::uuid[])`;
}

async function batchOf(tx: Transaction, rows: number, which: Prisma.Sql): Promise<DroppedBatch> {
  if (rows === 0) return { rows, courses: [] };
  const courses = await tx.$queryRaw<Row[]>`
    SELECT assignment.course_id AS "courseId", count(DISTINCT submission.id)::int AS submissions
    FROM submission JOIN assignment ON assignment.id = submission.assignment_id
    WHERE ${which} GROUP BY assignment.course_id ORDER BY assignment.course_id`;
  return { rows, courses };
}
