import type { PendingPushes } from '../../app/ports/pending-pushes.ts';
import type { Database } from './database.ts';

export function pendingPushStore(db: Database): PendingPushes {
  return {
    async note(push) {
      const { assignmentId, personId, commit, probe, takenAt } = push;
      return db.pendingPush.upsert({
        where: { assignmentId_personId_commit: { assignmentId, personId, commit } },
        create: push,
        update: { probe, takenAt },
      });
    },
    async settle(id) {
      await db.pendingPush.deleteMany({ where: { id } });
    },
    async waiting(limit) {
      return db.pendingPush.findMany({ orderBy: [{ takenAt: 'asc' }, { id: 'asc' }], take: limit });
    },
  };
}
