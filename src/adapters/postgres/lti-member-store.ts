import { createHash, randomUUID } from 'node:crypto';
import type { LtiMember, LtiMembers } from '../../app/ports/lti.ts';
import type { IdentityKey } from '../../app/ports/people.ts';
import { isAtLeast } from '../../core/role.ts';
import { addAudit } from './audit-log.ts';
import { type Database, type Transaction, inTransaction } from './database.ts';

/** People by the accounts that platforms know them by. */
export function ltiMemberStore(db: Database): LtiMembers {
  return {
    async ensurePerson(account, name, now) {
      const known = await db.identity.findUnique({
        where: { issuer_subject: account },
        select: { person: { select: { id: true, blockedAt: true } } },
      });
      if (known !== null) return known.person;
      return inTransaction(db, async (tx) => {
        const ids = await ensureAll(tx, account.issuer, [{ subject: account.subject, name }], now);
        const id = ids.get(account.subject) ?? '';
        return tx.person.findUniqueOrThrow({ where: { id }, select: { id: true, blockedAt: true } });
      });
    },

    async enrolMembers(courseId, issuer, members, audit, now) {
      return inTransaction(db, async (tx) => {
        const ids = await ensureAll(tx, issuer, members, now);
        const enrolments = await tx.enrolment.findMany({
          where: { courseId, personId: { in: [...ids.values()] } },
        });
        const roles = new Map(enrolments.map((enrolment) => [enrolment.personId, enrolment.role]));
        const wanted = members.flatMap(({ subject, role }) => {
          const personId = ids.get(subject);
          return personId === undefined ? [] : [{ personId, role }];
        });
        const added = wanted.filter(({ personId }) => !roles.has(personId));
        const changed = wanted.filter(({ personId, role }) => {
          const before = roles.get(personId);
          return before !== undefined && role !== before && isAtLeast(role, before);
        });
        await tx.enrolment.createMany({
          data: added.map((item) => ({ ...item, courseId, createdAt: now })),
          skipDuplicates: true,
        });
        for (const { personId, role } of changed) {
          await tx.enrolment.updateMany({ where: { courseId, personId }, data: { role } });
        }
        if (added.length + changed.length > 0) {
          const people = [...added, ...changed].slice(0, 20);
          const detail = { ...audit.detail, added: added.length, changed: changed.length, people };
          await addAudit(tx, { ...audit, courseId, subject: `course:${courseId}`, detail }, now);
        }
        return { added: added.length, changed: changed.length };
      });
    },
    async noteRoster(id, now) {
      await db.ltiContext.updateMany({ where: { id }, data: { rosterAt: now } });
    },
  };
}

/**
 * Ids of people by their names on the platform. Who is new gets an address that nobody can have: an address that a
 * platform tells was proved to nobody, and would be a way into the account of whoever has it.
 */
async function ensureAll(
  tx: Transaction,
  issuer: string,
  members: readonly Pick<LtiMember, 'subject' | 'name'>[],
  now: Date,
): Promise<Map<string, string>> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${issuer}, 3))::text`;
  const subjects = members.map((member) => member.subject);
  const known = await tx.identity.findMany({ where: { issuer, subject: { in: subjects } } });
  const ids = new Map(known.map((identity) => [identity.subject, identity.personId]));
  const fresh = members.flatMap(({ subject, name }) => {
    if (ids.has(subject)) return [];
    const id = randomUUID();
    ids.set(subject, id);
    return [{ id, subject, name }];
  });
  await tx.person.createMany({
    data: fresh.map(({ id, subject, name }) => ({
      id,
      name,
      email: addressOf({ issuer, subject }),
      createdAt: now,
    })),
  });
  await tx.identity.createMany({
    data: fresh.map(({ id, subject }) => ({ issuer, subject, personId: id, createdAt: now })),
  });
  return ids;
}

function addressOf(account: IdentityKey): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([account.issuer, account.subject]))
    .digest('hex');
  return `${digest.slice(0, 24)}@lti.invalid`;
}
