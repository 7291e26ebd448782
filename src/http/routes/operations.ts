import { staffCourses } from '../../app/actor.ts';
import type { WaitingRun } from '../../app/ports/workers.ts';
import { Refusal } from '../../core/refusal.ts';
import { type Route, ok, reading, route, toPerson } from '../route.ts';
import { QueueOverview } from '../schemas/operations.ts';
import type { Service } from '../service.ts';

const MAX_SHOWN = 100;

export function operationRoutes(service: Service): Route[] {
  return [
    route(
      {
        ...reading,
        path: '/queue',
        tag: 'Operations',
        summary: 'What waits, what was given up, and the workers; names of one’s own courses alone',
        access: toPerson('read'),
        answer: ok(QueueOverview, 'The queue'),
      },
      async (actor): Promise<QueueOverview> => {
        const courses = staffCourses(actor);
        if (courses?.length === 0)
          throw new Refusal('forbidden', 'That is for staff.', { rule: 'access.role' });
        const now = service.clock.now();
        const [counts, waiting, faults, workers, mean, redisIsUp] = await Promise.all([
          service.workers.counts(),
          service.workers.waiting(courses, MAX_SHOWN),
          service.workers.faults(courses, MAX_SHOWN),
          service.workers.list(now),
          service.runs.meanSeconds(),
          service.queue.isUp(),
        ]);
        const slots = workers
          .filter((worker) => worker.state !== 'lost')
          .reduce((sum, { slots }) => sum + slots, 0);
        return {
          queued: counts.queued,
          running: counts.running,
          faults: faults.map((run) => ({
            ...concernOf(run),
            message: run.message,
            at: run.at.toISOString(),
            tries: run.tries,
          })),
          waiting: waiting.map((run) => ({
            ...concernOf(run),
            kind: run.kind,
            queuedAt: run.queuedAt.toISOString(),
            position: run.position,
          })),
          workers: workers.map((worker) => ({
            ...worker,
            startedAt: worker.startedAt.toISOString(),
            seenAt: worker.seenAt.toISOString(),
          })),
          expectedWaitSeconds:
            mean === null || slots === 0 ? null : Math.round((counts.queued * mean) / slots),
          redis: redisIsUp ? 'up' : 'down',
        };
      },
    ),
  ];
}

function concernOf(run: Omit<WaitingRun, 'position' | 'queuedAt' | 'kind'>) {
  return {
    run: run.runId,
    submission: run.submissionId,
    assignment: { course: run.courseId, id: run.assignmentSlug, title: run.assignmentTitle },
    person: { id: run.personId, name: run.personName },
  };
}
