import type { SubmissionRecord, Submissions } from '../../app/ports/submissions.ts';
import { rulesWith } from '../../core/assignment-rules.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { rulesOf, statusOf, verdictOfRow } from './assignment-rows.ts';
import { admit } from './admit.ts';
import type { Database } from './database.ts';
import { Gate } from './gate.ts';
import { keepFileTree, readFileTree } from './file-trees.ts';
import { sourceOf } from './submission-source.ts';

/** Of the API's ten connections, so that whoever reads never waits for a crowd that submits. */
const AT_THE_GATE = { atOnce: 6, waiting: 500, waitMs: 10_000 } as const;

export function submissionStore(db: Database): Submissions {
  const gate = new Gate(AT_THE_GATE);
  return {
    keepFiles: (digest, files) => gate.through(() => keepFileTree(db, digest, files)),
    files: (digest) => readFileTree(db, digest),

    admit: (submission, decide) => gate.through(() => admit(db, submission, decide)),

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
