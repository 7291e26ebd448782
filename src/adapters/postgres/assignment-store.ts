import { z } from 'zod';
import type { AssignmentInput, AssignmentRecord, Assignments } from '../../app/ports/assignments.ts';
import { standingOf } from '../../core/standing.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { rulesOf } from './assignment-rows.ts';
import { addAudit } from './audit-log.ts';
import { Batches, succeeded } from './batches.ts';
import { isDatabaseBusy } from './busy.ts';
import { type Database, inTransaction, isUniqueViolation } from './database.ts';
import { grantStore } from './grant-store.ts';
import { situationOf } from './situations.ts';
import { refreshAssignment } from './standing-rows.ts';
import { askIn, askOf } from './statements.ts';

const FINDING = { atOnce: 1, waiting: 10_000, waitMs: 10_000, isBusy: isDatabaseBusy } as const;

interface Place {
  readonly courseId: string;
  readonly slug: string;
}

export function assignmentStore(db: Database): Assignments {
  const grants = grantStore(db);
  const ask = askOf(db);
  // Before it is due, a course asks for one assignment, all of it at once.
  const finding = new Batches<Place, AssignmentRecord | null>(
    { ...FINDING, fits: isSamePlace },
    async (places) => {
      const [row] = await ask(`${ASSIGNMENTS} WHERE assignment.course_id = $1 AND assignment.slug = $2`, [
        places[0]?.courseId,
        places[0]?.slug,
      ]);
      const found = row === undefined ? null : recordOf(row);
      return places.map(() => succeeded(found));
    },
  );
  return {
    ...grants,

    async list(courseId) {
      const order = 'ORDER BY assignment.position, assignment.slug';
      const rows = await ask(`${ASSIGNMENTS} WHERE assignment.course_id = $1 ${order}`, [courseId]);
      return rows.map(recordOf);
    },
    async find(courseId, slug) {
      return finding.do({ courseId, slug });
    },
    async byId(id) {
      const [row] = await ask(`${ASSIGNMENTS} WHERE assignment.id = $1::uuid`, [id]);
      return row === undefined ? null : recordOf(row);
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
      const situation = await situationOf(ask, assignment.id, personId);
      const { rules, tries } = situation;
      const [extension, override] = await Promise.all([
        situation.extended ? grants.extensionOf(assignment.id, personId) : null,
        situation.override === null ? null : grants.overrideOf(assignment.id, personId),
      ]);
      return { ...standingOf(rules, tries, situation.override), tries, extension, override, rules };
    },
  };
}

function isSamePlace([first]: readonly Place[], next: Place): boolean {
  return first?.courseId === next.courseId && first.slug === next.slug;
}

const ASSIGNMENTS = `
  SELECT assignment.id, assignment.course_id AS "courseId", course.title AS "courseTitle", assignment.slug,
         assignment.title, assignment.scenario, assignment.position, assignment.weight, assignment.published,
         course.time_zone AS "timeZone", assignment.opens_at AS "opensAt", assignment.due_at AS "dueAt",
         assignment.closes_at AS "closesAt", assignment.attempt_limit AS "attemptLimit",
         assignment.cool_down_seconds AS "coolDownSeconds", assignment.late_policy AS "latePolicy",
         assignment.counting, assignment.feedback
  FROM assignment JOIN course ON course.id = assignment.course_id`;

const Row = z.object({
  id: z.string(),
  courseId: z.string(),
  courseTitle: z.string(),
  slug: z.string(),
  title: z.string(),
  scenario: z.string(),
  position: z.number(),
  weight: z.number(),
  published: z.boolean(),
  timeZone: z.string(),
  opensAt: z.date().nullable(),
  dueAt: z.date().nullable(),
  closesAt: z.date().nullable(),
  attemptLimit: z.number().nullable(),
  coolDownSeconds: z.number(),
  latePolicy: z.unknown(),
  counting: z.string(),
  feedback: z.string(),
});

function recordOf(value: unknown): AssignmentRecord {
  const row = Row.parse(value);
  const { id, courseId, courseTitle, slug, title, scenario, position, weight, published, timeZone } = row;
  const rules = rulesOf(row, timeZone);
  return { id, courseId, courseTitle, slug, title, scenario, position, weight, published, rules };
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
