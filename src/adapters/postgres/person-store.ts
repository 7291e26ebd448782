import { z } from 'zod';
import type { NewToken, People, TokenRecord } from '../../app/ports/people.ts';
import { Scope } from '../../core/role.ts';
import type { Person, Token } from '../../generated/prisma/client.ts';
import { actorsByToken } from './actors-by-token.ts';
import { addAudit } from './audit-log.ts';
import { type Database, inTransaction } from './database.ts';
import { kindColumn } from './token-kind.ts';

const Scopes = z.array(Scope);

const OF_NOBODY_BLOCKED = { person: { blockedAt: null } } as const;

export function personStore(db: Database): People {
  return {
    find: (id) => db.person.findUnique({ where: { id } }),
    byEmail: (email) => db.person.findUnique({ where: { email: email.toLowerCase() } }),
    async ensure(person) {
      const email = person.email.toLowerCase();
      // Not `upsert`, which looks first and then fails for one of two who make the same person at the same time.
      const data = [{ email, name: person.name, admin: person.admin ?? false }];
      await db.person.createMany({ data, skipDuplicates: true });
      return db.person.findUniqueOrThrow({ where: { email } });
    },

    async add({ email, name }) {
      const data = [{ email: email.toLowerCase(), name }];
      const [added] = await db.person.createManyAndReturn({ data, skipDuplicates: true });
      return added ?? null;
    },

    actorByToken: actorsByToken(db),

    async isTokenOfBlocked(hash, kinds, now) {
      const live = { hash, kind: { in: kinds.map(kindColumn) }, endedAt: null, expiresAt: { gt: now } };
      return (await db.token.count({ where: { ...live, person: { blockedAt: { not: null } } } })) > 0;
    },

    async useOnce(hash, now) {
      const [row] = await db.token.updateManyAndReturn({
        where: { hash, kind: 'sign_in', endedAt: null, expiresAt: { gt: now }, ...OF_NOBODY_BLOCKED },
        data: { endedAt: now, lastUsedAt: now },
        select: { personId: true },
      });
      return row?.personId ?? null;
    },

    async addToken(token, audit, now) {
      return inTransaction(db, async (tx) => {
        const row = await tx.token.create({ data: { ...rowOf(token), createdAt: now } });
        if (audit !== null) await addAudit(tx, audit, now);
        return recordOf(row);
      });
    },

    async tokens(personId, now) {
      const rows = await db.token.findMany({
        where: { personId, kind: 'api', endedAt: null, expiresAt: { gt: now } },
        orderBy: { createdAt: 'desc' },
      });
      return rows.map(recordOf);
    },

    async endToken(personId, tokenId, audit, now) {
      return inTransaction(db, async (tx) => {
        const { count } = await tx.token.updateMany({
          where: { id: tokenId, personId, endedAt: null },
          data: { endedAt: now },
        });
        if (count > 0 && audit !== null) await addAudit(tx, audit, now);
        return count > 0;
      });
    },

    async byIdentity({ issuer, subject }): Promise<Person | null> {
      const row = await db.identity.findUnique({
        where: { issuer_subject: { issuer, subject } },
        include: { person: true },
      });
      return row?.person ?? null;
    },
    async linkIdentity(personId, { issuer, subject }, audit, now) {
      return inTransaction(db, async (tx) => {
        // Two first sign-ins at once must not both find that the person has no account yet.
        await tx.$queryRaw`SELECT 1 FROM person WHERE id = ${personId}::uuid FOR UPDATE`;
        const known = await tx.identity.findFirst({ where: { personId, issuer } });
        if (known !== null) return known.subject === subject;
        const data = [{ personId, issuer, subject, createdAt: now }];
        const { count } = await tx.identity.createMany({ data, skipDuplicates: true });
        if (count > 0) await addAudit(tx, audit, now);
        return count > 0;
      });
    },
    async setBlocked(personId, blocked, audit, now) {
      return inTransaction(db, async (tx) => {
        const data = { blockedAt: blocked ? now : null };
        const { count } = await tx.person.updateMany({ where: { id: personId }, data });
        if (count > 0) await addAudit(tx, audit, now);
        return count > 0;
      });
    },
  };
}

function rowOf(token: NewToken) {
  return { ...token, kind: kindColumn(token.kind), scopes: [...token.scopes] };
}

function recordOf(row: Token): TokenRecord {
  return {
    id: row.id,
    label: row.label,
    scopes: Scopes.parse(row.scopes),
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    lastUsedAt: row.lastUsedAt,
  };
}
