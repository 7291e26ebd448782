import type { AssignmentInput, AssignmentRecord, Assignments } from '../../app/ports/assignments.ts';
import { standingOf } from '../../core/standing.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { type Assignment } from '../../generated/prisma/client.ts';
import { rulesOf } from './assignment-rows.ts';
import { addAudit } from './audit-log.ts';
import { type Database, inTransaction, isUniqueViolation } from './database.ts';
import { grantStore } from './grant-store.ts';
import { refreshAssignment, situationOf } from './standing-rows.ts';
import { askIn, askOf } from './statements.ts';

export function assignmentStore(db: Database): Assignments {
  const grants = grantStore(db);
  return {
    ...grants,

    async list(courseId) {
      const rows = await db.assignment.findMany({
        where: { courseId },
        include: { course: true },
        orderBy: [{ position: 'asc' }, { slug: 'asc' }],
      });
      return rows.map(recordOf);
    },
    async find(courseId, slug) {
      const row = await db.assignment.findUnique({
        where: { courseId_slug: { courseId, slug } },
        include: { course: true },
      });
      return row && recordOf(row);
    },
    async byId(id) {
      const row = await db.assignment.findUnique({ where: { id }, include: { course: true } });
      return row && recordOf(row);
    },

    async create(courseId, input, audit, now) {
      try {
        await inTransaction(db, async (tx) => {
          await tx.assignment.create({ data: { courseId, createdAt: now, ...rowOf(input) } });
          await addAudit(tx, audit, now);
        });
      } catch (error) {
        throw taken(error, input.slug);
      }
    },

    async change(id, input, audit, now) {
      await inTransaction(db, async (tx) => {
        await tx.assignment.update({ where: { id }, data: rowOf(input) });
        await refreshAssignment(askIn(tx), id);
        await addAudit(tx, audit, now);
      });
    },

    async remove(id, audit, now) {
      return inTransaction(db, async (tx) => {
        const { count } = await tx.assignment.deleteMany({ where: { id, submissions: { none: {} } } });
        if (count > 0) await addAudit(tx, audit, now);
        return count > 0;
      });
    },

    async hasSubmissions(id) {
      return (await db.submission.findFirst({ where: { assignmentId: id }, select: { id: true } })) !== null;
    },

    async standing(assignment, personId) {
      const situation = await situationOf(askOf(db), assignment.id, personId);
      const { rules, tries } = situation;
      const [extension, override] = await Promise.all([
        situation.extended ? grants.extensionOf(assignment.id, personId) : null,
        situation.override === null ? null : grants.overrideOf(assignment.id, personId),
      ]);
      return { ...standingOf(rules, tries, situation.override), tries, extension, override, rules };
    },
  };
}

function recordOf(row: Assignment & { course: { title: string; timeZone: string } }): AssignmentRecord {
  return {
    id: row.id,
    courseId: row.courseId,
    courseTitle: row.course.title,
    slug: row.slug,
    title: row.title,
    scenario: row.scenario,
    position: row.position,
    weight: row.weight,
    published: row.published,
    rules: rulesOf(row, row.course.timeZone),
  };
}

function rowOf(input: AssignmentInput) {
  const { slug, title, scenario, position, weight, published } = input;
  const { opensAt, dueAt, closesAt, attemptLimit, coolDownSeconds, latePolicy, counting, feedback } =
    input.rules;
  const rules = { opensAt, dueAt, closesAt, attemptLimit, coolDownSeconds, latePolicy, counting, feedback };
  return {
    slug,
    title,
    scenario,
    position,
    weight,
    published,
    ...rules,
  } satisfies Partial<Prisma.AssignmentUncheckedCreateInput>;
}

function taken(error: unknown, slug: string): unknown {
  if (!isUniqueViolation(error)) return error;
  return new Refusal('conflict', `The course has an assignment \`${slug}\` already.`, {
    rule: 'assignment.id',
  });
}
