import type { PersonRemovalRecord, PersonRemovals } from '../../app/ports/person-removals.ts';
import type { PersonRemoval } from '../../generated/prisma/client.ts';
import { addAudit } from './audit-log.ts';
import { BARE_REPORT } from './bare-report.ts';
import { type Database, type Transaction, inTransaction } from './database.ts';
import { removePersonNames } from './person-names.ts';

/** The files of submissions that were removed: none, of nobody. */
const NO_FILES = '0'.repeat(64);
/** Files are kept a moment before their submission is written: what is younger may be waiting for one. */
const FRESH_MS = 10 * 60_000;
/** Whoever was let in before the removal began has been served by then, a watched push included. */
const AGAIN_MS = 30 * 60_000;

export function personRemovalStore(db: Database): PersonRemovals {
  return {
    async find(personId) {
      const row = await db.personRemoval.findUnique({ where: { personId } });
      return row && recordOf(row);
    },

    async begin(personId, actorId, now) {
      return inTransaction(db, async (tx) => {
        const known = await tx.$queryRaw<unknown[]>`
          SELECT 1 FROM person WHERE id = ${personId}::uuid FOR UPDATE`;
        if (known.length === 0) return null;
        const begun = await tx.personRemoval.findUnique({ where: { personId } });
        if (begun !== null) return recordOf(begun);
        await tx.person.update({ where: { id: personId }, data: { blockedAt: now, admin: false } });
        await tx.token.deleteMany({ where: { personId } });
        const row = await tx.personRemoval.create({ data: { personId, begunAt: now } });
        const note = { actorId, act: 'person.removal-begun', subject: `person:${personId}`, detail: {} };
        for (const courseId of [null, ...(await coursesOf(tx, personId))]) {
          await addAudit(tx, { ...note, courseId }, now);
        }
        return recordOf(row);
      });
    },

    async due(now) {
      const rows = await db.$queryRaw<PersonRemoval[]>`
        SELECT number, person_id AS "personId", begun_at AS "begunAt", ended_at AS "endedAt" FROM person_removal
        WHERE ended_at IS NULL OR (ended_at < begun_at + ${AGAIN_MS} * interval '1 millisecond'
                                   AND begun_at < ${new Date(now.getTime() - AGAIN_MS)})
        ORDER BY number LIMIT 100`;
      return rows.map(recordOf);
    },

    async unfinished(personId) {
      const rows = await db.submission.findMany({
        where: { personId, status: { in: ['queued', 'running', 'fault'] } },
        select: { id: true },
      });
      return rows.map((row) => row.id);
    },

    async cancelRegrades(personId, now) {
      await db.run.updateMany({
        where: { kind: 'regrade', state: { in: ['queued', 'running', 'fault'] }, submission: { personId } },
        data: { state: 'cancelled', fence: { increment: 1 }, leaseUntil: null, finishedAt: now },
      });
    },

    async dropPushes(personId) {
      await db.pendingPush.deleteMany({ where: { personId } });
    },

    async dropSubmissions(personId, now, limit) {
      return inTransaction(db, async (tx) => {
        await tx.$executeRaw`
          INSERT INTO file_tree (digest, file_count, total_bytes, created_at, removed_at)
          VALUES (${NO_FILES}, 0, 0, ${now}, ${now}) ON CONFLICT DO NOTHING`;
        const rows = await tx.$queryRaw<{ id: string }[]>`
          UPDATE submission SET removed_at = coalesce(removed_at, ${now}), idempotency_key = NULL, digest = ${NO_FILES}
          WHERE id IN (SELECT id FROM submission
                       WHERE person_id = ${personId}::uuid AND digest <> ${NO_FILES} LIMIT ${limit} FOR UPDATE)
          RETURNING id`;
        const ids = rows.map((row) => row.id);
        await tx.$executeRaw`
          UPDATE run SET report = ${BARE_REPORT}, stripped_at = coalesce(stripped_at, ${now}),
                         fault_message = NULL, worker = NULL, trace_parent = NULL
          WHERE submission_id = ANY(${ids}::uuid[])`;
        await tx.forgeSubmission.deleteMany({ where: { submissionId: { in: ids } } });
        return rows.length;
      });
    },

    async dropFiles(now, limit) {
      return db.$executeRaw`
        DELETE FROM file_tree WHERE digest IN (
          SELECT digest FROM file_tree
          WHERE digest <> ${NO_FILES} AND created_at < ${new Date(now.getTime() - FRESH_MS)}
            AND NOT EXISTS (SELECT 1 FROM submission WHERE submission.digest = file_tree.digest)
          LIMIT ${limit} FOR UPDATE SKIP LOCKED)`;
    },

    async end({ personId, pseudonym }, now) {
      return inTransaction(db, async (tx) => {
        const before = await tx.personRemoval.findUniqueOrThrow({ where: { personId } });
        await removePersonNames(tx, personId, pseudonym, `removed-${before.number}@removed.invalid`, now);
        if (before.endedAt === null) {
          const note = { actorId: null, courseId: null, act: 'person.data-removed', detail: {} };
          await addAudit(tx, { ...note, subject: `person:${personId}` }, now);
        }
        return recordOf(await tx.personRemoval.update({ where: { personId }, data: { endedAt: now } }));
      });
    },
  };
}

/** Where the person is, or has submitted something. */
async function coursesOf(tx: Transaction, personId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ course_id: string }[]>`
    SELECT course_id FROM enrolment WHERE person_id = ${personId}::uuid
    UNION SELECT course_id FROM submission JOIN assignment ON assignment.id = submission.assignment_id
    WHERE submission.person_id = ${personId}::uuid ORDER BY 1`;
  return rows.map((row) => row.course_id);
}

function recordOf(row: PersonRemoval): PersonRemovalRecord {
  const { personId, begunAt, endedAt } = row;
  return { personId, pseudonym: `Removed person ${row.number}`, begunAt, endedAt };
}
