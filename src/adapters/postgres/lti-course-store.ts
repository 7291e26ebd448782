import type { LtiCourses } from '../../app/ports/lti.ts';
import { addAudit } from './audit-log.ts';
import { type Database, type Transaction, inTransaction } from './database.ts';
import { WITH_CONTEXT, WITH_PLATFORM, contextOf, linkOf } from './lti-rows.ts';

const MAX_CONTEXTS = 500;
const MAX_LINKS = 2_000;

/** Courses of platforms and the links in them, and what of ours they lead to. */
export function ltiCourseStore(db: Database): LtiCourses {
  return {
    async seeContext(context, platformId, now) {
      const { deploymentId, contextId, title, rosterUrl } = context;
      const row = await db.ltiContext.upsert({
        where: { platformId_deploymentId_contextId: { platformId, deploymentId, contextId } },
        create: { platformId, deploymentId, contextId, title, rosterUrl, createdAt: now },
        update: { title, rosterUrl },
        include: WITH_PLATFORM,
      });
      return contextOf(row);
    },
    async contexts(courseId) {
      const rows = await db.ltiContext.findMany({
        where: { courseId },
        include: WITH_PLATFORM,
        orderBy: { createdAt: 'asc' },
        take: MAX_CONTEXTS,
      });
      return rows.map(contextOf);
    },
    async context(id) {
      const row = await db.ltiContext.findUnique({ where: { id }, include: WITH_PLATFORM });
      return row && contextOf(row);
    },
    linkedContexts: (platformId) => db.ltiContext.count({ where: { platformId, courseId: { not: null } } }),
    async setTicket(id, ticketHash, ticketUntil) {
      await db.ltiContext.updateMany({ where: { id }, data: { ticketHash, ticketUntil } });
    },
    async byTicket(hash, now) {
      const row = await db.ltiContext.findUnique({
        where: { ticketHash: hash, ticketUntil: { gt: now } },
        include: WITH_PLATFORM,
      });
      return row && contextOf(row);
    },
    async linkContext(id, courseId, audit, now) {
      await inTransaction(db, async (tx) => {
        const { rosterUrl } = await tx.ltiContext.update({
          where: { id },
          data: { courseId, ticketHash: null, ticketUntil: null },
        });
        // Links that led to assignments of another course lead nowhere now.
        await tx.ltiLink.updateMany({
          where: { contextId: id, assignment: { courseId: { not: courseId } } },
          data: { assignmentId: null },
        });
        const payload = { contextId: id };
        if (rosterUrl !== null) {
          await tx.outbox.create({ data: { topic: 'lti.roster', payload, createdAt: now, dueAt: now } });
        }
        await addAudit(tx, audit, now);
      });
    },
    async unlinkContext(id, courseId, audit, now) {
      return inTransaction(db, async (tx) => {
        const { count } = await tx.ltiContext.updateMany({
          where: { id, courseId },
          data: { courseId: null, rosterAt: null },
        });
        if (count === 0) return false;
        await tx.ltiLink.updateMany({ where: { contextId: id }, data: { assignmentId: null } });
        await addAudit(tx, audit, now);
        return true;
      });
    },

    async seeLink(link, contextId, now) {
      const { resourceId, title, lineItemUrl } = link;
      const row = await db.ltiLink.upsert({
        where: { contextId_resourceId: { contextId, resourceId } },
        create: { contextId, resourceId, title, lineItemUrl, createdAt: now },
        update: { title, lineItemUrl },
        include: WITH_CONTEXT,
      });
      return linkOf(row);
    },
    async links(courseId) {
      const rows = await db.ltiLink.findMany({
        where: { context: { courseId } },
        include: WITH_CONTEXT,
        orderBy: { createdAt: 'asc' },
        take: MAX_LINKS,
      });
      return rows.map(linkOf);
    },
    async link(id) {
      const row = await db.ltiLink.findUnique({ where: { id }, include: WITH_CONTEXT });
      return row && linkOf(row);
    },
    async pointLink(id, assignmentId, audit, now) {
      await inTransaction(db, async (tx) => {
        await tx.ltiLink.update({ where: { id }, data: { assignmentId } });
        if (assignmentId !== null) await askForAll(tx, id, assignmentId, now);
        await addAudit(tx, audit, now);
      });
    },
  };
}

async function askForAll(tx: Transaction, linkId: string, assignmentId: string, now: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO outbox (topic, payload, created_at, due_at)
    SELECT 'lti.score', jsonb_build_object('linkId', ${linkId}::text, 'personId', person_id), ${now}, ${now}
    FROM standing WHERE assignment_id = ${assignmentId}::uuid AND score IS NOT NULL`;
}
