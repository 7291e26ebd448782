import type { Courses } from '../../app/ports/courses.ts';
import type { MemberRecord } from '../../app/ports/people.ts';
import type { Enrolment, Person } from '../../generated/prisma/client.ts';
import { addAudit } from './audit-log.ts';
import { type Database, inTransaction } from './database.ts';

type MemberMethods = Pick<Courses, 'members' | 'member' | 'enrol' | 'changeMember' | 'removeMember'>;

export function memberStore(db: Database): MemberMethods {
  return {
    async members(courseId) {
      const rows = await db.enrolment.findMany({
        where: { courseId },
        include: { person: true },
        orderBy: [{ person: { name: 'asc' } }, { personId: 'asc' }],
      });
      return rows.map(recordOf);
    },

    async member(courseId, personId) {
      const row = await db.enrolment.findUnique({
        where: { courseId_personId: { courseId, personId } },
        include: { person: true },
      });
      return row && recordOf(row);
    },

    async enrol(courseId, members, audit, now) {
      await inTransaction(db, async (tx) => {
        await tx.person.createMany({
          data: members.map(({ name, email }) => ({ name, email: email.toLowerCase(), createdAt: now })),
          skipDuplicates: true,
        });
        const people = await tx.person.findMany({
          where: { email: { in: members.map((member) => member.email.toLowerCase()) } },
          select: { id: true, email: true },
        });
        const ids = new Map(people.map((person) => [person.email, person.id]));
        for (const { email, role, externalId } of members) {
          const personId = ids.get(email.toLowerCase());
          if (personId === undefined) continue;
          const data = { role, ...(externalId !== undefined && { externalId }) };
          await tx.enrolment.upsert({
            where: { courseId_personId: { courseId, personId } },
            create: { courseId, personId, createdAt: now, ...data },
            update: data,
          });
        }
        await addAudit(tx, audit, now);
      });
    },

    async changeMember(courseId, personId, change, audit, now) {
      await inTransaction(db, async (tx) => {
        await tx.enrolment.update({ where: { courseId_personId: { courseId, personId } }, data: change });
        await addAudit(tx, audit, now);
      });
    },

    async removeMember(courseId, personId, audit, now) {
      await inTransaction(db, async (tx) => {
        await tx.enrolment.deleteMany({ where: { courseId, personId } });
        await addAudit(tx, audit, now);
      });
    },
  };
}

function recordOf(row: Enrolment & { person: Person }): MemberRecord {
  return {
    id: row.personId,
    name: row.person.name,
    email: row.person.email,
    externalId: row.externalId,
    role: row.role,
    enrolledAt: row.createdAt,
    blockedAt: row.person.blockedAt,
  };
}
