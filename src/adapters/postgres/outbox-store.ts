import type { Outbox } from '../../app/ports/outbox.ts';
import type { Database } from './database.ts';

interface Row {
  readonly id: bigint;
  readonly topic: string;
  readonly payload: unknown;
  readonly created_at: Date;
  readonly tries: number;
}

export function outboxStore(db: Database): Outbox {
  return {
    async add(topic, payload, now) {
      await db.outbox.create({ data: { topic, payload, createdAt: now, dueAt: now } });
    },
    async claim(topics, now, leaseMs, limit) {
      const until = new Date(now.getTime() + leaseMs);
      const rows = await db.$queryRaw<Row[]>`
        UPDATE outbox SET due_at = ${until}, tries = tries + 1
        WHERE id IN (
          SELECT id FROM outbox
          WHERE delivered_at IS NULL AND given_up_at IS NULL AND due_at <= ${now} AND topic = ANY(${[...topics]})
          ORDER BY due_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
        )
        RETURNING id, topic, payload, created_at, tries`;
      return rows
        .toSorted((a, b) => Number(a.id - b.id))
        .map((row) => ({
          id: String(row.id),
          topic: row.topic,
          payload: row.payload,
          createdAt: row.created_at,
          tries: row.tries - 1,
        }));
    },
    async delivered(id, now) {
      await db.outbox.updateMany({ where: { id: BigInt(id) }, data: { deliveredAt: now } });
    },
    async again(id, dueAt, trouble) {
      await db.outbox.updateMany({ where: { id: BigInt(id) }, data: { dueAt, trouble } });
    },
    forget: (before, limit) =>
      db.$executeRaw`
        DELETE FROM outbox WHERE id IN (
          SELECT id FROM outbox WHERE created_at < ${before} ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED
        )`,
    async giveUp(id, givenUpAt, trouble) {
      await db.outbox.updateMany({ where: { id: BigInt(id) }, data: { givenUpAt, trouble } });
    },
  };
}
