import type { Courses, InvitationRecord } from '../../app/ports/courses.ts';
import type { Invitation } from '../../generated/prisma/client.ts';
import { addAudit } from './audit-log.ts';
import { type Database, inTransaction } from './database.ts';

type InvitationMethods = Pick<
  Courses,
  'invitations' | 'invite' | 'revokeInvitation' | 'invitation' | 'acceptInvitation'
>;

export function invitationStore(db: Database): InvitationMethods {
  return {
    async invitations(courseId, now) {
      const rows = await db.invitation.findMany({
        where: { courseId, revokedAt: null, expiresAt: { gt: now } },
        include: { course: true },
        orderBy: { createdAt: 'desc' },
      });
      return rows.map(recordOf);
    },

    async invite(invitation, audit, now) {
      return inTransaction(db, async (tx) => {
        const row = await tx.invitation.create({
          data: { ...invitation, createdAt: now },
          include: { course: true },
        });
        await addAudit(tx, audit, now);
        return recordOf(row);
      });
    },

    async revokeInvitation(courseId, id, audit, now) {
      return inTransaction(db, async (tx) => {
        const { count } = await tx.invitation.updateMany({
          where: { id, courseId, revokedAt: null },
          data: { revokedAt: now },
        });
        if (count > 0) await addAudit(tx, audit, now);
        return count > 0;
      });
    },

    async invitation(hash, now) {
      const row = await db.invitation.findUnique({
        where: { hash, revokedAt: null, expiresAt: { gt: now }, uses: { lt: db.invitation.fields.maxUses } },
        include: { course: true },
      });
      return row && recordOf(row);
    },

    async acceptInvitation(hash, personId, now) {
      return inTransaction(db, async (tx) => {
        const invitation = await tx.invitation.findUnique({ where: { hash } });
        if (invitation === null) return false;
        const { courseId, role } = invitation;
        const known = await tx.enrolment.findUnique({ where: { courseId_personId: { courseId, personId } } });
        // Who is in already uses nothing up, and nobody is put down by a link.
        if (known !== null && !(known.role === 'learner' && role === 'assistant')) return true;
        const { count } = await tx.invitation.updateMany({
          where: { hash, revokedAt: null, expiresAt: { gt: now }, uses: { lt: invitation.maxUses } },
          data: { uses: { increment: 1 } },
        });
        if (count === 0) return false;
        await tx.enrolment.upsert({
          where: { courseId_personId: { courseId, personId } },
          create: { courseId, personId, role, createdAt: now },
          update: { role },
        });
        const detail = { role, invitation: invitation.id };
        await addAudit(
          tx,
          { actorId: personId, courseId, act: 'invitation.accepted', subject: `person:${personId}`, detail },
          now,
        );
        return true;
      });
    },
  };
}

function recordOf(row: Invitation & { course: { title: string } }): InvitationRecord {
  return {
    id: row.id,
    courseId: row.courseId,
    courseTitle: row.course.title,
    role: row.role,
    maxUses: row.maxUses,
    uses: row.uses,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
  };
}
