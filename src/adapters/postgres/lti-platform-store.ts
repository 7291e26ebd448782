import type { LtiPlatforms } from '../../app/ports/lti.ts';
import { Refusal } from '../../core/refusal.ts';
import { addAudit } from './audit-log.ts';
import { type Database, inTransaction, isUniqueViolation } from './database.ts';
import { keyOf, platformOf } from './lti-rows.ts';
import { storableJson } from './storable-json.ts';
import { Prisma } from '../../generated/prisma/client.ts';

const MAX_PLATFORMS = 500;
/** Made one after another, so that there is one first key. */
const KEYS_LOCK = 4_711_060;

/** Platforms, the keys that they know us by, and launches that were begun. */
export function ltiPlatformStore(db: Database): LtiPlatforms {
  return {
    async addPlatform(platform, audit, now) {
      try {
        await inTransaction(db, async (tx) => {
          await tx.ltiPlatform.create({ data: { ...platform, deploymentIds: [...platform.deploymentIds] } });
          await addAudit(tx, audit, now);
        });
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new Refusal('conflict', 'This client id of this issuer is registered already.', {
          rule: 'lti.platform',
          wayOut: 'Remove the other registration first; an admin sees all of them.',
        });
      }
    },
    async platforms(courseId) {
      const rows = await db.ltiPlatform.findMany({
        where: { courseId },
        orderBy: { createdAt: 'asc' },
        take: MAX_PLATFORMS,
      });
      return rows.map(platformOf);
    },
    async platform(id) {
      const row = await db.ltiPlatform.findUnique({ where: { id } });
      return row && platformOf(row);
    },
    async platformsOf(issuer, clientId) {
      const where = { issuer, ...(clientId !== null && { clientId }) };
      return (await db.ltiPlatform.findMany({ where, take: 2 })).map(platformOf);
    },
    async changePlatform({ id, name, deploymentIds, authUrl, tokenUrl, jwksUrl }, audit, now) {
      await inTransaction(db, async (tx) => {
        const data = { name, deploymentIds: [...deploymentIds], authUrl, tokenUrl, jwksUrl };
        await tx.ltiPlatform.update({ where: { id }, data });
        await addAudit(tx, audit, now);
      });
    },
    async removePlatform(id, courseId, audit, now) {
      return inTransaction(db, async (tx) => {
        const { count } = await tx.ltiPlatform.deleteMany({ where: { id, courseId } });
        if (count > 0) await addAudit(tx, audit, now);
        return count > 0;
      });
    },

    async keys() {
      const rows = await db.ltiKey.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'asc' }] });
      return rows.map(keyOf);
    },
    async addKey(key, onlyFirst, audit, now) {
      return inTransaction(db, async (tx) => {
        await tx.$queryRaw`SELECT pg_advisory_xact_lock(${KEYS_LOCK})::text`;
        if (onlyFirst && (await tx.ltiKey.count()) > 0) return false;
        const publicKey = storableJson(key.publicKey) ?? Prisma.JsonNull;
        await tx.ltiKey.create({ data: { ...key, publicKey } });
        await addAudit(tx, audit, now);
        return true;
      });
    },
    async removeKey(id, audit, now) {
      return inTransaction(db, async (tx) => {
        const { count } = await tx.ltiKey.deleteMany({ where: { id } });
        if (count > 0) await addAudit(tx, audit, now);
        return count > 0;
      });
    },

    async beginLogin(login, now) {
      await db.ltiLogin.deleteMany({ where: { expiresAt: { lt: now } } });
      await db.ltiLogin.create({ data: login });
    },
    async takeLogin(stateHash, now) {
      // Exactly one deletes it.
      const rows = await db.$queryRaw<LoginRow[]>`
        DELETE FROM lti_login WHERE state_hash = ${stateHash} AND expires_at > ${now}
        RETURNING state_hash, browser_hash, nonce_hash, platform_id, expires_at`;
      const [row] = rows;
      if (row === undefined) return null;
      return {
        stateHash: row.state_hash,
        browserHash: row.browser_hash,
        nonceHash: row.nonce_hash,
        platformId: row.platform_id,
        expiresAt: row.expires_at,
      };
    },
  };
}

interface LoginRow {
  readonly state_hash: string;
  readonly browser_hash: string;
  readonly nonce_hash: string;
  readonly platform_id: string;
  readonly expires_at: Date;
}
