import { z } from 'zod';
import type { NewRegradeSet, RegradeFigures, Regrades, RegradeSetRecord } from '../../app/ports/regrades.ts';
import { Refusal } from '../../core/refusal.ts';
import { addAudit } from './audit-log.ts';
import { type Database, type Transaction, inTransaction } from './database.ts';
import { applySet, itemsOf } from './regrade-items.ts';
import { PRIORITY } from './priority.ts';

const Scope = z.enum(['one', 'all', 'counting', 'failed-check']);
const State = z.enum(['open', 'applied', 'dropped']);

export function regradeStore(db: Database): Regrades {
  return {
    async create(set, audit, now) {
      return inTransaction(db, async (tx) => {
        const submissions = await submissionsIn(tx, set);
        if (submissions.length === 0) {
          throw new Refusal(
            'conflict',
            'There is no graded submission in that scope whose files are still kept.',
            {
              rule: 'regrade.empty',
            },
          );
        }
        const row = await tx.regradeSet.create({
          data: {
            assignmentId: set.assignmentId,
            scope: set.scope,
            checkId: set.checkId,
            reason: set.reason,
            selfApplying: set.selfApplying,
            createdById: audit.actorId,
            createdAt: now,
          },
        });
        const runs = await tx.run.createManyAndReturn({
          data: submissions.map(({ id }) => ({
            submissionId: id,
            regradeSetId: row.id,
            kind: 'regrade' as const,
            scenario: set.scenario,
            scenarioDigest: set.scenarioDigest,
            priority: PRIORITY.regrade,
            queuedAt: now,
          })),
          select: { id: true, priority: true },
        });
        const detail = { ...audit.detail, submissions: runs.length };
        await addAudit(tx, { ...audit, subject: `regrade-set:${row.id}`, detail }, now);
        return {
          id: row.id,
          runs: runs.map((run) => ({ runId: run.id, priority: run.priority, faults: 0 })),
        };
      });
    },

    async list(courseId) {
      const sets = await db.regradeSet.findMany({
        where: { assignment: { courseId } },
        select: { id: true },
        orderBy: { createdAt: 'desc' },
        take: 100,
      });
      const records = await Promise.all(sets.map(({ id }) => findSet(db, id)));
      return records.flatMap((record) => record ?? []);
    },
    find: (id) => findSet(db, id),
    items: (id) => itemsOf(db, id),
    apply: (id, audit, now) => inTransaction(db, (tx) => applySet(tx, id, audit, now)),

    async drop(id, audit, now) {
      return inTransaction(db, async (tx) => {
        const { count } = await tx.regradeSet.updateMany({
          where: { id, state: 'open' },
          data: { state: 'dropped' },
        });
        if (count === 0) return false;
        await tx.run.updateMany({
          where: { regradeSetId: id, state: { in: ['queued', 'running', 'fault'] } },
          data: { state: 'cancelled', fence: { increment: 1 }, leaseUntil: null, finishedAt: now },
        });
        await addAudit(tx, audit, now);
        return true;
      });
    },
  };
}

async function submissionsIn(tx: Transaction, set: NewRegradeSet): Promise<{ id: string }[]> {
  const { assignmentId } = set;
  const graded = { assignmentId, status: 'done', tree: { blob: { not: null } } } as const;
  switch (set.scope) {
    case 'one':
      return tx.submission.findMany({
        where: { ...graded, ...(set.submissionId !== undefined && { id: set.submissionId }) },
        select: { id: true },
        take: 1,
      });
    case 'all':
      return tx.submission.findMany({ where: graded, select: { id: true } });
    case 'counting':
      return tx.$queryRaw`
        SELECT submission.id FROM standing JOIN submission ON submission.id = standing.counting_submission_id
        JOIN file_tree ON file_tree.digest = submission.digest AND file_tree.blob IS NOT NULL
        WHERE standing.assignment_id = ${assignmentId}::uuid`;
    case 'failed-check':
      return tx.$queryRaw`
        SELECT submission.id FROM submission JOIN run ON run.id = submission.counting_run_id
        JOIN file_tree ON file_tree.digest = submission.digest AND file_tree.blob IS NOT NULL
        WHERE submission.assignment_id = ${assignmentId}::uuid AND submission.status = 'done'
          AND EXISTS (SELECT 1 FROM jsonb_array_elements(run.report->'checks') AS item
                      WHERE item->>'id' = ${set.checkId} AND item->>'status' <> 'passed')`;
  }
}

async function findSet(db: Database, id: string): Promise<RegradeSetRecord | null> {
  const row = await db.regradeSet.findUnique({ where: { id }, include: { assignment: true } });
  if (row === null) return null;
  const [creator, figures] = await Promise.all([
    db.person.findUnique({ where: { id: row.createdById }, select: { name: true } }),
    figuresOf(db, id),
  ]);
  return {
    id,
    courseId: row.assignment.courseId,
    assignmentId: row.assignmentId,
    assignmentSlug: row.assignment.slug,
    assignmentTitle: row.assignment.title,
    scope: Scope.parse(row.scope),
    checkId: row.checkId,
    reason: row.reason,
    state: State.parse(row.state),
    createdById: row.createdById,
    createdByName: creator?.name ?? 'somebody who is gone',
    createdAt: row.createdAt,
    ...figures,
  };
}

/** Against what counts now; once applied, against the first run. */
async function figuresOf(db: Database, id: string): Promise<RegradeFigures> {
  const rows = await db.$queryRaw<RegradeFigures[]>`
    SELECT count(*)::int AS total,
           count(*) FILTER (WHERE state NOT IN ('queued', 'running'))::int AS finished,
           count(*) FILTER (WHERE score > coalesce(before, -1))::int AS up,
           count(*) FILTER (WHERE score < before)::int AS down,
           count(*) FILTER (WHERE score = before)::int AS same,
           count(*) FILTER (WHERE state = 'fault')::int AS faults
    FROM (SELECT run.state, run.score, coalesce(replaced.score, submission.score) AS before
          FROM run JOIN submission ON submission.id = run.submission_id
          LEFT JOIN run replaced ON replaced.id = run.replaced_run_id
          WHERE run.regrade_set_id = ${id}::uuid) items`;
  return rows[0] ?? { total: 0, finished: 0, up: 0, down: 0, same: 0, faults: 0 };
}
