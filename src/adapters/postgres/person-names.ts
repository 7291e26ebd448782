import type { Transaction } from './database.ts';

const REASON = 'removed with the person’s data';
/** What an act's details may hold that tells of the person. */
const TELLING = ['reason', 'email', 'account', 'issuer', 'externalId', 'label', 'name'];

/** Removes whatever names a person or tells of them. Whom grades and acts belong to is a pseudonym's then. */
export async function removePersonNames(
  tx: Transaction,
  personId: string,
  pseudonym: string,
  pseudonymousEmail: string,
  now: Date,
): Promise<void> {
  const { email } = await tx.person.findUniqueOrThrow({ where: { id: personId }, select: { email: true } });
  const where = { personId };
  await tx.token.deleteMany({ where });
  await tx.identity.deleteMany({ where });
  await tx.pendingPush.deleteMany({ where });
  await tx.ltiScore.deleteMany({ where });
  await removeRepositories(tx, personId);
  await tx.$executeRaw`
    UPDATE regrade_set SET reason = ${REASON}
    WHERE scope = 'one' AND id IN (SELECT run.regrade_set_id FROM run JOIN submission ON submission.id = run.submission_id
                                   WHERE submission.person_id = ${personId}::uuid)`;
  await cleanAuditLog(tx, personId, email);
  await tx.extension.updateMany({ where, data: { reason: REASON } });
  await tx.override.updateMany({ where, data: { reason: REASON } });
  await tx.enrolment.updateMany({ where, data: { externalId: null } });
  await tx.person.updateMany({
    where: { id: personId },
    data: { name: pseudonym, email: pseudonymousEmail, admin: false, blockedAt: now, removedAt: now },
  });
}

/** Repositories at forges bear the names of those who own them; so do their deliveries, whether mapped or not. */
async function removeRepositories(tx: Transaction, personId: string): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM forge_delivery USING forge_repository
    WHERE forge_repository.person_id = ${personId}::uuid AND forge_delivery.forge_id = forge_repository.forge_id
      AND (forge_delivery.repository_id = forge_repository.id
           OR lower(forge_delivery.repository) = forge_repository.name)`;
  await tx.forgeRepository.deleteMany({ where: { personId } });
}

/** Keeps each act and whom it was about, by id; not what was written about the person. */
async function cleanAuditLog(tx: Transaction, personId: string, email: string): Promise<void> {
  const subject = `person:${personId}`;
  await tx.$executeRaw`
    UPDATE audit_entry SET subject = ${subject} WHERE subject IN (${email}, ${`email:${email}`})`;
  await tx.$executeRaw`
    UPDATE audit_entry SET detail = detail - ${TELLING}::text[]
    WHERE jsonb_typeof(detail) = 'object' AND detail ?| ${TELLING}::text[]
      AND (subject LIKE ${`%${subject}`} OR subject LIKE ${`%${subject}/%`}
           OR subject IN (SELECT 'regrade-set:' || id FROM regrade_set WHERE reason = ${REASON}))`;
  await tx.$executeRaw`
    UPDATE audit_entry SET detail = jsonb_set(detail, '{repositories}', (
      SELECT jsonb_agg(CASE WHEN lower(item->>'person') = ${email} THEN jsonb_build_object('person', ${subject}::text)
                            ELSE item END)
      FROM jsonb_array_elements(detail->'repositories') item))
    WHERE act = 'forge.mapped' AND jsonb_typeof(detail->'repositories') = 'array'
      AND detail @? '$.repositories[*].person'`;
}
