import type { Forges } from '../../app/ports/forges.ts';
import { addAudit } from './audit-log.ts';
import { type Database, inTransaction } from './database.ts';
import { commitStore } from './commit-store.ts';
import { deliveryStore } from './delivery-store.ts';
import { forgeOf, forgeRow, REPOSITORY, repositoryOf } from './forge-rows.ts';

/** Secrets that one webhook is tried with when it doesn't say whose it is. */
const MAX_TRIED = 200;
const MAX_REPOSITORIES = 5_000;

export function forgeStore(db: Database): Forges {
  return {
    ...deliveryStore(db),
    ...commitStore(db),

    async create(forge, audit, now) {
      await inTransaction(db, async (tx) => {
        await tx.forge.create({ data: { ...forgeRow(forge), createdAt: now } });
        await addAudit(tx, audit, now);
      });
    },
    async change(forge, audit, now) {
      await inTransaction(db, async (tx) => {
        await tx.forge.update({ where: { id: forge.id }, data: forgeRow(forge) });
        await addAudit(tx, audit, now);
      });
    },
    async list(courseId) {
      const rows = await db.forge.findMany({
        where: { courseId },
        include: { _count: { select: { repositories: true } } },
        orderBy: { createdAt: 'asc' },
      });
      return rows.map(({ _count, ...row }) => ({ ...forgeOf(row), repositories: _count.repositories }));
    },
    async find(courseId, id) {
      const row = await db.forge.findUnique({ where: { id, courseId } });
      return row && forgeOf(row);
    },
    async ofKind(kind, id) {
      const rows = await db.forge.findMany({
        where: { kind, ...(id !== null && { id }) },
        orderBy: { createdAt: 'desc' },
        take: MAX_TRIED,
      });
      return rows.map(forgeOf);
    },
    async remove(courseId, id, audit, now) {
      return inTransaction(db, async (tx) => {
        const { count } = await tx.forge.deleteMany({ where: { id, courseId } });
        if (count > 0) await addAudit(tx, audit, now);
        return count > 0;
      });
    },

    async map(forgeId, repositories, audit, now) {
      await inTransaction(db, async (tx) => {
        for (const { name, ...mapping } of repositories) {
          await tx.forgeRepository.upsert({
            where: { forgeId_name: { forgeId, name } },
            create: { forgeId, name, ...mapping },
            update: mapping,
          });
        }
        await addAudit(tx, audit, now);
      });
    },
    async repositories(forgeId) {
      const rows = await db.forgeRepository.findMany({
        where: { forgeId },
        include: REPOSITORY,
        orderBy: { name: 'asc' },
        take: MAX_REPOSITORIES,
      });
      return rows.map(repositoryOf);
    },
    async repository(id) {
      const row = await db.forgeRepository.findUnique({ where: { id }, include: REPOSITORY });
      return row && repositoryOf(row);
    },
    async repositoryNamed(forgeId, name) {
      const where = { forgeId_name: { forgeId, name } };
      const row = await db.forgeRepository.findUnique({ where, select: { id: true } });
      return row?.id ?? null;
    },
    async unmap(forgeId, repositoryId, audit, now) {
      return inTransaction(db, async (tx) => {
        const { count } = await tx.forgeRepository.deleteMany({ where: { id: repositoryId, forgeId } });
        if (count > 0) await addAudit(tx, audit, now);
        return count > 0;
      });
    },
  };
}
