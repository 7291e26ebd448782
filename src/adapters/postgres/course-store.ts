import type { Courses } from '../../app/ports/courses.ts';
import { Refusal } from '../../core/refusal.ts';
import { addAudit } from './audit-log.ts';
import { type Database, inTransaction, isUniqueViolation } from './database.ts';
import { invitationStore } from './invitation-store.ts';
import { memberStore } from './member-store.ts';
import { refreshAssignment } from './standing-rows.ts';
import { askIn } from './statements.ts';

export function courseStore(db: Database): Courses {
  return {
    ...memberStore(db),
    ...invitationStore(db),

    all: () => db.course.findMany({ orderBy: { id: 'asc' } }),
    find: (id) => db.course.findUnique({ where: { id } }),

    async create(course, audit, now) {
      try {
        await inTransaction(db, async (tx) => {
          await tx.course.create({ data: { ...course, createdAt: now } });
          await addAudit(tx, audit, now);
        });
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new Refusal('conflict', `There is a course \`${course.id}\` already.`, { rule: 'course.id' });
      }
    },

    async change(id, change, audit, now) {
      await inTransaction(db, async (tx) => {
        await tx.course.update({ where: { id }, data: change });
        await addAudit(tx, audit, now);
        // Days of lateness are days of the course's time zone.
        const assignments =
          change.timeZone === undefined ? [] : await tx.assignment.findMany({ where: { courseId: id } });
        for (const assignment of assignments) await refreshAssignment(askIn(tx), assignment.id);
      });
    },

    async counts(id) {
      const [learners, staff, assignments] = await Promise.all([
        db.enrolment.count({ where: { courseId: id, role: 'learner' } }),
        db.enrolment.count({ where: { courseId: id, role: { not: 'learner' } } }),
        db.assignment.count({ where: { courseId: id } }),
      ]);
      return { learners, staff, assignments };
    },
  };
}
