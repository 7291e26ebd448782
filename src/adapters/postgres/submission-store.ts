import { z } from 'zod';
import type { AdmittedSubmission, Submissions } from '../../app/ports/submissions.ts';
import { totalBytes } from '../../core/file-set.ts';
import { admitAlone, admitTogether } from './admit.ts';
import { Batches, succeeded } from './batches.ts';
import { isDatabaseBusy } from './busy.ts';
import type { Candidate } from './candidate.ts';
import type { Database } from './database.ts';
import { type FileTree, keepFileTrees, readFileTree } from './file-trees.ts';
import { askOf } from './statements.ts';
import { STAMPS, SUBMISSIONS, StampRow, submissionOf } from './submission-rows.ts';

/** Of the API's ten connections six, so that whoever reads never waits for a crowd that submits. */
const KEEPING = { atOnce: 1 } as const;
const ADMITTING = { atOnce: 1 } as const;
const ALONE = { atOnce: 3 } as const;
const LINE = { waiting: 500, waitMs: 10_000, isBusy: isDatabaseBusy } as const;
/** A batch ends soon: who comes while it is under way waits for it. */
const MOST_AT_ONCE = 64;
const MOST_BYTES_AT_ONCE = 8 * 2 ** 20;

export function submissionStore(db: Database): Submissions {
  const ask = askOf(db);
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
      const [row] = await ask(`${SUBMISSIONS} WHERE submission.id = $1::uuid`, [id]);
      return row === undefined ? null : submissionOf(row);
    },

    async stamps(ids) {
      // One is asked for each time that it changes: a plan for many would be made anew each time.
      const asked =
        ids.length === 1
          ? ask(`${STAMPS} WHERE submission.id = $1::uuid`, ids)
          : ask(`${STAMPS} WHERE submission.id = ANY($1::uuid[])`, [ids]);
      const rows = z.array(StampRow).parse(await asked);
      return new Map(rows.map(({ id, stamp }) => [id, stamp]));
    },

    async many(ids) {
      const rows = await ask(`${SUBMISSIONS} WHERE submission.id = ANY($1::uuid[])`, [ids]);
      return rows.map(submissionOf);
    },

    async list({ assignmentId, personId, courseId, before, limit }) {
      const conditions = new Map<string, unknown>();
      if (assignmentId !== undefined) conditions.set('submission.assignment_id = $?::uuid', assignmentId);
      if (personId !== undefined) conditions.set('submission.person_id = $?::uuid', personId);
      if (courseId !== undefined) conditions.set('assignment.course_id = $?', courseId);
      if (before !== undefined) conditions.set(AFTER, before);
      const where = [...conditions.keys()].map((text, index) => text.replaceAll('$?', `$${index + 1}`));
      const rows = await ask(
        `${SUBMISSIONS} WHERE ${['true', ...where].join(' AND ')}
         ORDER BY submission.submitted_at DESC, submission.id LIMIT $${where.length + 1}::int`,
        [...conditions.values(), limit],
      );
      return rows.map(submissionOf);
    },

    async previous({ assignmentId, personId, attempt }) {
      const [row] = await ask(
        `${SUBMISSIONS} WHERE submission.assignment_id = $1::uuid AND submission.person_id = $2::uuid
           AND submission.attempt < $3::int AND submission.status NOT IN ('cancelled', 'superseded')
         ORDER BY submission.attempt DESC LIMIT 1`,
        [assignmentId, personId, attempt],
      );
      return row === undefined ? null : submissionOf(row);
    },
  };
}

/** Newest first: whatever comes after the submission named. */
const AFTER = `
  submission.submitted_at <= (SELECT submitted_at FROM submission last WHERE last.id = $?::uuid)
  AND (submission.submitted_at < (SELECT submitted_at FROM submission last WHERE last.id = $?::uuid)
       OR submission.id > $?::uuid)`;

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
