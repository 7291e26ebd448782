import type { NewSubmission, SubmissionRecord, Submissions } from '../../app/ports/submissions.ts';
import { rulesWith } from '../../core/assignment-rules.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { rulesOf, statusOf, verdictOfRow } from './assignment-rows.ts';
import { type Database, type Transaction, inTransaction } from './database.ts';
import { keepFileTree, readFileTree } from './file-trees.ts';
import { sourceOf } from './submission-source.ts';
import { lockStanding, refreshStanding, situationOf } from './standing-rows.ts';

/** Lower goes first: staff's trials, then learners by how many of theirs wait already, then regrades. */
export const PRIORITY = { probe: 1, learner: 10, regrade: 1000 } as const;

/** Whoever has more waiting than this is as late as can be among learners. */
const MAX_WAITING_COUNTED = 900;

export function submissionStore(db: Database): Submissions {
  return {
    keepFiles: (digest, files) => keepFileTree(db, digest, files),
    files: (digest) => readFileTree(db, digest),

    async admit(submission, decide) {
      return inTransaction(db, async (tx) => {
        await lockStanding(tx, submission.assignmentId, submission.personId);
        const repeated = await findRepeated(tx, submission);
        if (repeated !== null) return repeated;
        const { rules, tries } = await situationOf(tx, submission.assignmentId, submission.personId);
        decide({ rules, tries });
        const superseded = submission.probe ? [] : await supersedeQueued(tx, submission);
        const attempt = Math.max(0, ...tries.map((item) => item.attempt)) + 1;
        const admitted = await write(tx, submission, attempt);
        await refreshStanding(tx, submission.assignmentId, submission.personId);
        return { ...admitted, attempt, repeated: false, superseded };
      });
    },

    async find(id) {
      const row = await db.submission.findUnique({ where: { id }, include: INCLUDE });
      return row && recordOf(row);
    },

    async many(ids) {
      const rows = await db.submission.findMany({ where: { id: { in: [...ids] } }, include: INCLUDE });
      return rows.map(recordOf);
    },

    async list(query) {
      const rows = await db.submission.findMany({
        where: {
          ...(query.assignmentId !== undefined && { assignmentId: query.assignmentId }),
          ...(query.personId !== undefined && { personId: query.personId }),
          ...(query.courseId !== undefined && { assignment: { courseId: query.courseId } }),
        },
        include: INCLUDE,
        orderBy: [{ submittedAt: 'desc' }, { id: 'asc' }],
        take: query.limit,
        ...(query.before !== undefined && { cursor: { id: query.before }, skip: 1 }),
      });
      return rows.map(recordOf);
    },

    async previous(submission) {
      const row = await db.submission.findFirst({
        where: {
          assignmentId: submission.assignmentId,
          personId: submission.personId,
          attempt: { lt: submission.attempt },
          status: { notIn: ['cancelled', 'superseded'] },
        },
        include: INCLUDE,
        orderBy: { attempt: 'desc' },
      });
      return row && recordOf(row);
    },
  };
}

const INCLUDE = {
  person: { select: { name: true, extensions: true, standings: { select: { countingSubmissionId: true } } } },
  assignment: { include: { course: true } },
  tree: { select: { removedAt: true } },
} as const satisfies Prisma.SubmissionInclude;

type Row = Prisma.SubmissionGetPayload<{ include: typeof INCLUDE }>;

function recordOf(row: Row): SubmissionRecord {
  const extension = row.person.extensions.find((item) => item.assignmentId === row.assignmentId) ?? null;
  return {
    id: row.id,
    attempt: row.attempt,
    courseId: row.assignment.courseId,
    courseTitle: row.assignment.course.title,
    assignmentId: row.assignmentId,
    assignmentSlug: row.assignment.slug,
    assignmentTitle: row.assignment.title,
    scenario: row.assignment.scenario,
    personId: row.personId,
    personName: row.person.name,
    digest: row.digest,
    source: sourceOf(row.source),
    submittedAt: row.submittedAt,
    status: statusOf(row.status),
    verdict: verdictOfRow(row.verdict),
    score: row.score,
    countingRunId: row.countingRunId,
    removedAt: row.removedAt,
    filesRemovedAt: row.tree.removedAt,
    counts: row.person.standings.some((standing) => standing.countingSubmissionId === row.id),
    rules: rulesWith(rulesOf(row.assignment, row.assignment.course.timeZone), extension),
  };
}

async function findRepeated(tx: Transaction, submission: NewSubmission) {
  const { assignmentId, personId, idempotencyKey } = submission;
  if (idempotencyKey === null) return null;
  const known = await tx.submission.findUnique({
    where: { assignmentId_personId_idempotencyKey: { assignmentId, personId, idempotencyKey } },
    include: { runs: { orderBy: { queuedAt: 'asc' }, take: 1 } },
  });
  const run = known?.runs[0];
  if (known === null || run === undefined) return null;
  if (known.digest !== submission.digest) {
    throw new Refusal('conflict', 'The Idempotency-Key was used for a submission of other files.', {
      rule: 'request.idempotency-key',
      wayOut: 'Send a fresh key with each new submission.',
    });
  }
  return {
    submissionId: known.id,
    attempt: known.attempt,
    runId: run.id,
    priority: run.priority,
    repeated: true,
    superseded: [],
  };
}

async function supersedeQueued(tx: Transaction, submission: NewSubmission) {
  const runs = await tx.$queryRaw<{ id: string; submission_id: string }[]>`
    UPDATE run SET state = 'superseded', finished_at = ${submission.at}
    FROM submission
    WHERE submission.id = run.submission_id AND run.state = 'queued' AND run.kind = 'first'
      AND submission.assignment_id = ${submission.assignmentId}::uuid AND submission.person_id = ${submission.personId}::uuid
    RETURNING run.id, run.submission_id`;
  await tx.submission.updateMany({
    where: { id: { in: runs.map((run) => run.submission_id) } },
    data: { status: 'superseded' },
  });
  return runs.map((run) => ({ runId: run.id, submissionId: run.submission_id }));
}

async function write(tx: Transaction, submission: NewSubmission, attempt: number) {
  const waiting = await tx.run.count({
    where: { state: 'queued', submission: { personId: submission.personId } },
  });
  const priority = submission.probe
    ? PRIORITY.probe
    : PRIORITY.learner + Math.min(waiting, MAX_WAITING_COUNTED);
  const row = await tx.submission.create({
    data: {
      assignmentId: submission.assignmentId,
      personId: submission.personId,
      attempt,
      digest: submission.digest,
      source: submission.source,
      submittedAt: submission.at,
      idempotencyKey: submission.idempotencyKey,
      runs: {
        create: {
          kind: submission.probe ? 'probe' : 'first',
          scenario: submission.scenario,
          scenarioDigest: submission.scenarioDigest,
          priority,
          queuedAt: submission.at,
        },
      },
    },
    include: { runs: { select: { id: true } } },
  });
  const runId = row.runs[0]?.id ?? '';
  return { submissionId: row.id, runId, priority };
}
