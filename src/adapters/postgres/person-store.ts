import { z } from 'zod';
import type { NewToken, People, TokenKind, TokenRecord } from '../../app/ports/people.ts';
import { CourseRole, Scope } from '../../core/role.ts';
import type { Person, Token, TokenKind as Kind } from '../../generated/prisma/client.ts';
import { addAudit } from './audit-log.ts';
import { type Database, inTransaction } from './database.ts';
import { askOf } from './statements.ts';

const Scopes = z.array(Scope);

/** `lastUsedAt` is written at most this often: it is for people to look at. */
const USE_NOTED_EVERY_MS = 60_000;
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

    async actorByToken(hash, kinds, now) {
      const [row] = await askOf(db)(ACTOR_BY_TOKEN, [hash, kinds.map(kindOf), now]);
      if (row === undefined) return null;
      const token = ActorRow.parse(row);
      if (token.last_used_at === null || now.getTime() - token.last_used_at.getTime() > USE_NOTED_EVERY_MS) {
        await db.token.updateMany({ where: { id: token.id }, data: { lastUsedAt: now } });
      }
      return {
        tokenId: token.id,
        personId: token.person_id,
        name: token.name,
        email: token.email,
        admin: token.admin,
        scopes: token.scopes,
        roles: new Map(token.roles.map(({ course, role }) => [course, role])),
      };
    },

    async isTokenOfBlocked(hash, kinds, now) {
      const live = { hash, kind: { in: kinds.map(kindOf) }, endedAt: null, expiresAt: { gt: now } };
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

/** Every request asks this: one statement, whoever it is and however many courses they are in. */
const ACTOR_BY_TOKEN = `
  SELECT token.id, token.scopes, token.last_used_at, token.person_id, person.name, person.email, person.admin,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('course', course_id, 'role', role)), '[]')
          FROM enrolment WHERE enrolment.person_id = person.id) AS roles
  FROM token JOIN person ON person.id = token.person_id
  WHERE token.hash = $1 AND token.kind = ANY($2::token_kind[]) AND token.ended_at IS NULL AND token.expires_at > $3
    AND person.blocked_at IS NULL`;

const ActorRow = z.object({
  id: z.string(),
  scopes: Scopes,
  last_used_at: z.date().nullable(),
  person_id: z.string(),
  name: z.string(),
  email: z.string(),
  admin: z.boolean(),
  roles: z.array(z.object({ course: z.string(), role: CourseRole })),
});

function rowOf(token: NewToken) {
  return { ...token, kind: kindOf(token.kind), scopes: [...token.scopes] };
}

function kindOf(kind: TokenKind): Kind {
  return kind === 'sign-in' ? 'sign_in' : kind;
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
