import type { Assignments, ExtensionRecord, OverrideRecord } from '../../app/ports/assignments.ts';
import type { Extension, Override } from '../../generated/prisma/client.ts';
import type { AuditNote } from '../../app/ports/audit.ts';
import { addAudit } from './audit-log.ts';
import { type Database, type Transaction, inTransaction } from './database.ts';
import { lockStanding, refreshStanding } from './standing-rows.ts';
import { askIn } from './statements.ts';

type GrantMethods = Pick<
  Assignments,
  'extensions' | 'extend' | 'withdrawExtension' | 'overrides' | 'override' | 'withdrawOverride'
> & {
  extensionOf(assignmentId: string, personId: string): Promise<ExtensionRecord | null>;
  overrideOf(assignmentId: string, personId: string): Promise<OverrideRecord | null>;
};

/** Extensions and overrides: each change works the learner's standing out anew, with its audit row. */
export function grantStore(db: Database): GrantMethods {
  const names = (rows: readonly { byId: string }[]) => namesOf(db, rows);
  return {
    async extensions(assignmentId) {
      const rows = await db.extension.findMany({
        where: { assignmentId },
        include: PERSON,
        orderBy: { at: 'desc' },
      });
      const by = await names(rows);
      return rows.map((row) => extensionRecord(row, by));
    },
    async extensionOf(assignmentId, personId) {
      const row = await db.extension.findUnique({
        where: { assignmentId_personId: { assignmentId, personId } },
        include: PERSON,
      });
      return row && extensionRecord(row, await names([row]));
    },
    async extend(assignmentId, personId, grant, audit, now) {
      await changing(db, assignmentId, personId, audit, now, async (tx) => {
        const data = { ...grant, byId: audit.actorId, at: now };
        await tx.extension.upsert({
          where: { assignmentId_personId: { assignmentId, personId } },
          create: { assignmentId, personId, ...data },
          update: data,
        });
        return true;
      });
    },
    withdrawExtension: (assignmentId, personId, audit, now) =>
      changing(db, assignmentId, personId, audit, now, async (tx) => {
        const { count } = await tx.extension.deleteMany({ where: { assignmentId, personId } });
        return count > 0;
      }),

    async overrides(assignmentId) {
      const rows = await db.override.findMany({
        where: { assignmentId },
        include: PERSON,
        orderBy: { at: 'desc' },
      });
      const by = await names(rows);
      return rows.map((row) => overrideRecord(row, by));
    },
    async overrideOf(assignmentId, personId) {
      const row = await db.override.findUnique({
        where: { assignmentId_personId: { assignmentId, personId } },
        include: PERSON,
      });
      return row && overrideRecord(row, await names([row]));
    },
    async override(assignmentId, personId, override, audit, now) {
      await changing(db, assignmentId, personId, audit, now, async (tx) => {
        const data = { ...override, byId: audit.actorId, at: now };
        await tx.override.upsert({
          where: { assignmentId_personId: { assignmentId, personId } },
          create: { assignmentId, personId, ...data },
          update: data,
        });
        return true;
      });
    },
    withdrawOverride: (assignmentId, personId, audit, now) =>
      changing(db, assignmentId, personId, audit, now, async (tx) => {
        const { count } = await tx.override.deleteMany({ where: { assignmentId, personId } });
        return count > 0;
      }),
  };
}

const PERSON = { person: { select: { name: true } } } as const;

async function changing(
  db: Database,
  assignmentId: string,
  personId: string,
  audit: AuditNote,
  now: Date,
  change: (tx: Transaction) => Promise<boolean>,
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    await lockStanding(askIn(tx), assignmentId, personId);
    if (!(await change(tx))) return false;
    await refreshStanding(askIn(tx), assignmentId, personId);
    await addAudit(tx, audit, now);
    return true;
  });
}

async function namesOf(db: Database, rows: readonly { byId: string }[]): Promise<Map<string, string>> {
  const people = await db.person.findMany({
    where: { id: { in: rows.map((row) => row.byId) } },
    select: { id: true, name: true },
  });
  return new Map(people.map((person) => [person.id, person.name]));
}

function extensionRecord(
  row: Extension & { person: { name: string } },
  by: Map<string, string>,
): ExtensionRecord {
  const { personId, dueAt, closesAt, extraAttempts, reason, byId, at } = row;
  return {
    personId,
    personName: row.person.name,
    dueAt,
    closesAt,
    extraAttempts,
    reason,
    byId,
    byName: by.get(byId) ?? 'somebody who is gone',
    at,
  };
}

function overrideRecord(
  row: Override & { person: { name: string } },
  by: Map<string, string>,
): OverrideRecord {
  const { personId, score, reason, byId, at } = row;
  return {
    personId,
    personName: row.person.name,
    score,
    reason,
    byId,
    byName: by.get(byId) ?? 'somebody who is gone',
    at,
  };
}
