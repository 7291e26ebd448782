import type { LtiScores } from '../../app/ports/lti.ts';
import { identityIssuer } from '../../core/lti-issuer.ts';
import { type Database, inTransaction } from './database.ts';
import { WITH_CONTEXT, linkOf } from './lti-rows.ts';
import { untoldPlatforms } from './untold.ts';

/** What platforms were told of learners. A trigger of `standing` asks for the telling whenever a score changes. */
export function ltiScoreStore(db: Database): LtiScores {
  return {
    async askToTell(linkId, personId, now) {
      const payload = { linkId, personId };
      await db.outbox.create({ data: { topic: 'lti.score', payload, createdAt: now, dueAt: now } });
    },
    async beginTelling(linkId, personId, now) {
      return inTransaction(db, async (tx) => {
        const row = await tx.ltiLink.findUnique({ where: { id: linkId }, include: WITH_CONTEXT });
        const assignmentId = row?.assignmentId ?? null;
        if (row === null || assignmentId === null || row.lineItemUrl === null) return null;
        const { lineItemUrl } = row;
        const link = linkOf(row);
        const identity = await tx.identity.findFirst({
          where: { personId, issuer: identityIssuer(link.context.platform) },
        });
        if (identity === null) return null;
        // The row is locked from here on: a telling with a newer stamp has read a state that is no older.
        const [state] = await tx.$queryRaw<{ stamp: Date; told: string | null }[]>`
          INSERT INTO lti_score (link_id, person_id, stamp) VALUES (${linkId}::uuid, ${personId}::uuid, ${now})
          ON CONFLICT (link_id, person_id)
            DO UPDATE SET stamp = greatest(${now}, lti_score.stamp + interval '1 millisecond')
          RETURNING stamp, told`;
        if (state === undefined) return null;
        const standing = await tx.standing.findUnique({
          where: { assignmentId_personId: { assignmentId, personId } },
        });
        const { score = null, status } = standing ?? {};
        return { link, lineItemUrl, subject: identity.subject, score, passed: status === 'passed', ...state };
      });
    },
    async markTold(linkId, personId, stamp, told, now) {
      await db.ltiScore.updateMany({
        where: { linkId, personId, OR: [{ toldAt: null }, { stamp: { lte: stamp } }] },
        data: { told, toldAt: now },
      });
    },
    untold: (courseId, now) => untoldPlatforms(db, courseId, now),
  };
}
