import type { AdmittedSubmission, SubmissionRecord, Submissions } from '../../app/ports/submissions.ts';
import { rulesWith } from '../../core/assignment-rules.ts';
import { totalBytes } from '../../core/file-set.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import { rulesOf, statusOf, verdictOfRow } from './assignment-rows.ts';
import { admitAlone, admitTogether } from './admit.ts';
import { Batches, succeeded } from './batches.ts';
import { isDatabaseBusy } from './busy.ts';
import type { Candidate } from './candidate.ts';
import type { Database } from './database.ts';
import { type FileTree, keepFileTrees, readFileTree } from './file-trees.ts';
import { sourceOf } from './submission-source.ts';

/** Of the API's ten connections six, so that whoever reads never waits for a crowd that submits. */
const KEEPING = { atOnce: 1 } as const;
const ADMITTING = { atOnce: 2 } as const;
const ALONE = { atOnce: 3 } as const;
const LINE = { waiting: 500, waitMs: 10_000, isBusy: isDatabaseBusy } as const;
/** A batch ends soon: who comes while it is under way waits for it. */
const MOST_AT_ONCE = 64;
const MOST_BYTES_AT_ONCE = 8 * 2 ** 20;

export function submissionStore(db: Database): Submissions {
  const keeping = new Batches<FileTree, undefined>(
    { ...LINE, ...KEEPING, fits: fitsBytes },
    async (trees) => {
      await keepFileTrees(db, trees);
      return trees.map(() => succeeded(undefined));
    },
  );
  const admitting = new Batches<Candidate, AdmittedSubmission | 'held'>(
    { ...LINE, ...ADMITTING, fits: fitsPerson },
    (candidates) => admitTogether(db, candidates),
  );
  // Whose standing somebody else is at waits for it here, and lets nobody else wait.
  const alone = new Batches<Candidate, AdmittedSubmission>(
    { ...LINE, ...ALONE, fits: () => false },
    (candidates) => Promise.allSettled(candidates.map((candidate) => admitAlone(db, candidate))),
  );
  return {
    keepFiles: (digest, files) => keeping.do({ digest, files, bytes: totalBytes(files) }),
    files: (digest) => readFileTree(db, digest),

    async admit(submission, decide) {
      const admitted = await admitting.do({ submission, decide });
      return admitted === 'held' ? alone.do({ submission, decide }) : admitted;
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

function fitsBytes(taken: readonly FileTree[], next: FileTree): boolean {
  if (taken.length >= MOST_AT_ONCE) return false;
  return taken.reduce((sum, { bytes }) => sum + bytes, next.bytes) <= MOST_BYTES_AT_ONCE;
}

/** One of each person: what they have waiting is told before any of a batch is written. */
function fitsPerson(taken: readonly Candidate[], { submission }: Candidate): boolean {
  return (
    taken.length < MOST_AT_ONCE && taken.every((other) => other.submission.personId !== submission.personId)
  );
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
