import { z } from 'zod';
import type { PersonAct, PersonData, PersonDocument } from '../../app/ports/person-data.ts';
import type { Database } from './database.ts';

const COURSE = { select: { id: true, title: true } } as const;
const ASSIGNMENT = { select: { courseId: true, slug: true, title: true } } as const;

/** Columns are named one by one: what is added to a table later may be a secret. */
export function personDataStore(db: Database): PersonData {
  return {
    async documents(personId) {
      const where = { personId };
      const account = await db.person.findUnique({
        where: { id: personId },
        select: { id: true, name: true, email: true, admin: true, createdAt: true, blockedAt: true },
      });
      if (account === null) return null;
      const identities = await db.identity.findMany({
        where,
        select: { issuer: true, subject: true, createdAt: true },
      });
      const [enrolments, tokens, rules] = await Promise.all([
        db.enrolment.findMany({
          where,
          select: { course: COURSE, role: true, externalId: true, createdAt: true },
        }),
        db.token.findMany({
          where,
          select: {
            kind: true,
            label: true,
            scopes: true,
            createdAt: true,
            expiresAt: true,
            lastUsedAt: true,
            endedAt: true,
          },
          orderBy: { createdAt: 'asc' },
        }),
        gradeDocuments(db, personId),
      ]);
      return [
        { name: 'account.json', value: { ...account, identities } },
        { name: 'enrolments.json', value: enrolments },
        { name: 'tokens.json', value: tokens },
        ...rules,
        ...(await outsideDocuments(db, personId)),
      ];
    },
    acts: (personId, after, limit) => actsOf(db, personId, after, limit),
  };
}

async function gradeDocuments(db: Database, personId: string): Promise<PersonDocument[]> {
  const where = { personId };
  const [standings, extensions, overrides] = await Promise.all([
    db.standing.findMany({
      where,
      select: {
        assignment: ASSIGNMENT,
        status: true,
        score: true,
        rawScore: true,
        attemptsUsed: true,
        lateByMs: true,
        latePercent: true,
        countingSubmissionId: true,
        firstPassAt: true,
      },
    }),
    db.extension.findMany({
      where,
      select: {
        assignment: ASSIGNMENT,
        dueAt: true,
        closesAt: true,
        extraAttempts: true,
        reason: true,
        at: true,
      },
    }),
    db.override.findMany({
      where,
      select: { assignment: ASSIGNMENT, score: true, reason: true, at: true },
    }),
  ]);
  return [
    { name: 'grades.json', value: standings.map((row) => ({ ...row, lateByMs: Number(row.lateByMs) })) },
    { name: 'extensions.json', value: extensions },
    { name: 'overrides.json', value: overrides },
  ];
}

/** What leads to others' services: git forges, learning platforms. */
async function outsideDocuments(db: Database, personId: string): Promise<PersonDocument[]> {
  const [repositories, pushes, scores] = await Promise.all([
    db.forgeRepository.findMany({
      where: { personId },
      select: {
        name: true,
        folders: true,
        forge: { select: { courseId: true, kind: true, baseUrl: true } },
        deliveries: { select: { event: true, commit: true, state: true, note: true, receivedAt: true } },
        submissions: { select: { submissionId: true, commit: true } },
      },
    }),
    db.pendingPush.findMany({
      where: { personId },
      select: { assignment: ASSIGNMENT, commit: true, takenAt: true },
    }),
    db.ltiScore.findMany({
      where: { personId },
      select: { told: true, toldAt: true, link: { select: { title: true, lineItemUrl: true } } },
    }),
  ]);
  return [
    { name: 'forge-repositories.json', value: repositories },
    { name: 'pushes-not-submitted-yet.json', value: pushes },
    { name: 'told-to-learning-platforms.json', value: scores },
  ];
}

/** Verdicts stand with their submissions, as far as the rules of the assignment show them. */
const VERDICTS = 'run.recorded';

const ActRow = z.object({
  id: z.bigint(),
  at: z.date(),
  course_id: z.string().nullable(),
  actor_id: z.string().nullable(),
  act: z.string(),
  subject: z.string(),
  detail: z.unknown(),
  about: z.boolean(),
});

async function actsOf(
  db: Database,
  personId: string,
  after: string | null,
  limit: number,
): Promise<PersonAct[]> {
  const subject = `person:${personId}`;
  const rows = await db.$queryRaw`
    WITH own AS (SELECT id FROM submission WHERE person_id = ${personId}::uuid),
    act AS (
      SELECT *, (subject LIKE ${`%${subject}`} OR subject LIKE ${`%${subject}/%`}
        OR subject = (SELECT 'email:' || email FROM person WHERE id = ${personId}::uuid)
        OR subject IN (SELECT 'submission:' || id FROM own)
        OR subject IN (SELECT 'run:' || run.id FROM run JOIN own ON own.id = run.submission_id)) AS about
      FROM audit_entry WHERE id > ${BigInt(after ?? 0)})
    SELECT id, at, course_id, actor_id, act, subject, detail, about FROM act
    WHERE about OR actor_id = ${personId}::uuid ORDER BY id LIMIT ${limit}`;
  return z
    .array(ActRow)
    .parse(rows)
    .map((row) => ({
      id: String(row.id),
      at: row.at,
      courseId: row.course_id,
      act: row.act,
      subject: row.about ? row.subject : subjectWithoutAddress(row.subject),
      by: row.actor_id === null ? 'the service' : row.actor_id === personId ? 'you' : 'somebody else',
      detail: row.about && row.act !== VERDICTS ? row.detail : null,
    }));
}

/** Whom somebody enrolled is somebody else's data. */
function subjectWithoutAddress(subject: string): string {
  return subject.startsWith('email:') ? 'somebody else' : subject;
}
