import type { AuditLog, AuditNote } from '../../app/ports/audit.ts';
import { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Database, Transaction } from './database.ts';
import { storableJson } from './storable-json.ts';

const Detail = z.record(z.string(), z.unknown());

/** Writes an audit row in the transaction of the act. */
export async function addAudit(tx: Transaction, note: AuditNote, at: Date): Promise<void> {
  await tx.auditEntry.create({
    data: {
      at,
      courseId: note.courseId,
      actorId: note.actorId,
      act: note.act,
      subject: note.subject,
      detail: storableJson(note.detail) ?? Prisma.JsonNull,
    },
  });
}

export function auditLog(db: Database): AuditLog {
  return {
    async add(note, at) {
      await addAudit(db, note, at);
    },
    async page(courseId, limit, before) {
      const rows = await db.auditEntry.findMany({
        where: { courseId, ...(before !== undefined && { id: { lt: BigInt(before) } }) },
        orderBy: { id: 'desc' },
        take: limit,
      });
      const actorIds = [...new Set(rows.flatMap((row) => (row.actorId === null ? [] : [row.actorId])))];
      const people = await db.person.findMany({
        where: { id: { in: actorIds } },
        select: { id: true, name: true },
      });
      const names = new Map(people.map((person) => [person.id, person.name]));
      return rows.map((row) => ({
        id: String(row.id),
        at: row.at,
        courseId: row.courseId,
        actorId: row.actorId,
        actorName: row.actorId === null ? null : (names.get(row.actorId) ?? 'somebody who is gone'),
        act: row.act,
        subject: row.subject,
        detail: Detail.parse(row.detail ?? {}),
      }));
    },
  };
}
