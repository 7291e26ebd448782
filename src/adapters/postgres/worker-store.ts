import { z } from 'zod';
import type { WorkerRecord, Workers } from '../../app/ports/workers.ts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Database } from './database.ts';

/** A worker that has not told of itself for so long is lost. */
export const LOST_AFTER_MS = 30_000;
const FORGOTTEN_AFTER_MS = 86_400_000;

const State = z.enum(['idle', 'busy', 'draining', 'refusing']);

export function workerStore(db: Database): Workers {
  return {
    async report(worker, now) {
      const { id, ...data } = worker;
      await db.workerProcess.upsert({
        where: { id },
        create: { id, ...data, seenAt: now },
        update: { ...data, seenAt: now },
      });
    },
    async leave(id) {
      await db.workerProcess.deleteMany({ where: { id } });
    },
    async list(now) {
      const rows = await db.workerProcess.findMany({
        where: { seenAt: { gt: new Date(now.getTime() - FORGOTTEN_AFTER_MS) } },
        orderBy: { startedAt: 'asc' },
      });
      return rows.map((row): WorkerRecord => {
        const lost = now.getTime() - row.seenAt.getTime() > LOST_AFTER_MS;
        return { ...row, state: lost ? 'lost' : State.parse(row.state) };
      });
    },

    async counts() {
      const rows = await db.run.groupBy({
        by: ['state'],
        where: { state: { in: ['queued', 'running', 'fault'] } },
        _count: true,
        _min: { queuedAt: true },
      });
      const of = (state: string): number => rows.find((row) => row.state === state)?._count ?? 0;
      const oldestQueuedAt = rows.find(({ state }) => state === 'queued')?._min.queuedAt ?? null;
      return { queued: of('queued'), running: of('running'), faults: of('fault'), oldestQueuedAt };
    },

    async waiting(courses, limit) {
      const rows = await db.run.findMany({
        where: { state: 'queued' },
        orderBy: [{ priority: 'asc' }, { queuedAt: 'asc' }, { id: 'asc' }],
        // Positions count everybody's, so that they mean the same to all.
        take: 1_000,
        omit: { report: true },
        include: CONCERN,
      });
      return rows
        .map((row, index) => ({
          ...concernOf(row),
          kind: row.kind,
          queuedAt: row.queuedAt,
          position: index + 1,
        }))
        .filter((run) => courses === null || courses.includes(run.courseId))
        .slice(0, limit);
    },

    async faults(courses, limit) {
      const rows = await db.run.findMany({
        where: {
          state: 'fault',
          ...(courses !== null && { submission: { assignment: { courseId: { in: [...courses] } } } }),
        },
        orderBy: { finishedAt: 'desc' },
        take: limit,
        omit: { report: true },
        include: CONCERN,
      });
      return rows.map((row) => ({
        ...concernOf(row),
        message: row.faultMessage ?? 'unknown',
        at: row.finishedAt ?? row.queuedAt,
        tries: row.faults,
      }));
    },
  };
}

const CONCERN = {
  submission: { include: { person: { select: { name: true } }, assignment: true } },
} as const satisfies Prisma.RunInclude;

type Row = Prisma.RunGetPayload<{ include: typeof CONCERN; omit: { report: true } }>;

function concernOf(row: Row) {
  const { submission } = row;
  return {
    runId: row.id,
    submissionId: submission.id,
    courseId: submission.assignment.courseId,
    assignmentSlug: submission.assignment.slug,
    assignmentTitle: submission.assignment.title,
    personId: submission.personId,
    personName: submission.person.name,
  };
}
