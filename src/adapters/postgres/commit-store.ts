import type { Forges } from '../../app/ports/forges.ts';
import { type Database, inTransaction } from './database.ts';
import { REPOSITORY, repositoryOf } from './forge-rows.ts';
import { untoldForges } from './untold.ts';

/** Where submissions that came from forges came from. */
export function commitStore(db: Database): Pick<Forges, 'link' | 'commitOf' | 'markTold' | 'untold'> {
  return {
    async link(submissionId, repositoryId, commit, now) {
      await inTransaction(db, async (tx) => {
        const { count } = await tx.forgeSubmission.createMany({
          data: [{ submissionId, repositoryId, commit }],
          skipDuplicates: true,
        });
        if (count === 0) return;
        // Nothing else says of a superseded submission that it is over.
        const superseded = await tx.forgeSubmission.findMany({
          where: { repositoryId, submission: { status: 'superseded' }, NOT: { told: 'superseded' } },
          select: { submissionId: true },
          take: 50,
        });
        for (const id of [submissionId, ...superseded.map((item) => item.submissionId)]) {
          await tx.outbox.create({
            data: { topic: 'commit.status', payload: { submissionId: id }, createdAt: now, dueAt: now },
          });
        }
      });
    },
    async commitOf(submissionId) {
      const row = await db.forgeSubmission.findUnique({
        where: { submissionId },
        include: { repository: { include: REPOSITORY } },
      });
      return (
        row && {
          submissionId: row.submissionId,
          commit: row.commit,
          told: row.told,
          repository: repositoryOf(row.repository),
        }
      );
    },
    async markTold(submissionId, told) {
      await db.forgeSubmission.updateMany({ where: { submissionId }, data: { told } });
    },
    untold: (courseId, now) => untoldForges(db, courseId, now),
  };
}
