import type { Forges } from '../../app/ports/forges.ts';
import type { ForgeDelivery } from '../../generated/prisma/client.ts';
import type { Database } from './database.ts';
import { deliveryOf } from './forge-rows.ts';
import { storableText } from './storable-json.ts';

type Deliveries = Pick<
  Forges,
  | 'addDelivery'
  | 'deliveries'
  | 'claimDelivery'
  | 'isOvertaken'
  | 'endDelivery'
  | 'retryDelivery'
  | 'forgetDeliveries'
>;

export function deliveryStore(db: Database): Deliveries {
  return {
    async addDelivery(delivery) {
      const { count } = await db.forgeDelivery.createMany({
        data: [
          {
            ...delivery,
            repository: storableText(delivery.repository),
            dueAt: delivery.receivedAt,
          },
        ],
        skipDuplicates: true,
      });
      return count > 0;
    },
    async deliveries(forgeId, limit) {
      const rows = await db.forgeDelivery.findMany({
        where: { forgeId },
        orderBy: { receivedAt: 'desc' },
        take: limit,
      });
      return rows.map(deliveryOf);
    },
    async claimDelivery(now, leaseMs, { forgeIds, repositoryIds }) {
      const until = new Date(now.getTime() + leaseMs);
      const [claimed] = await db.$queryRaw<ForgeDelivery[]>`
        UPDATE forge_delivery SET due_at = ${until}, tries = tries + 1
        WHERE id = (
          SELECT id FROM forge_delivery WHERE state = 'waiting' AND due_at <= ${now}
            AND forge_id <> ALL(${[...forgeIds]}::uuid[])
            AND (repository_id IS NULL OR repository_id <> ALL(${[...repositoryIds]}::uuid[]))
          ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        RETURNING id, forge_id AS "forgeId", delivery_id AS "deliveryId", event, repository,
          repository_id AS "repositoryId", commit, state, note, received_at AS "receivedAt", due_at AS "dueAt", tries`;
      return claimed === undefined ? null : deliveryOf(claimed);
    },
    async isOvertaken({ repositoryId, receivedAt }) {
      const where = { repositoryId, state: 'done', receivedAt: { gt: receivedAt } };
      return repositoryId !== null && (await db.forgeDelivery.findFirst({ where })) !== null;
    },
    async endDelivery(id, state, note) {
      await db.forgeDelivery.updateMany({
        where: { id, state: 'waiting' },
        data: { state, note: storableText(note) },
      });
    },
    async retryDelivery(id, dueAt, note) {
      await db.forgeDelivery.updateMany({
        where: { id, state: 'waiting' },
        data: { dueAt, note: storableText(note) },
      });
    },
    async forgetDeliveries(before) {
      await db.forgeDelivery.deleteMany({ where: { receivedAt: { lt: before }, state: { not: 'waiting' } } });
    },
  };
}
