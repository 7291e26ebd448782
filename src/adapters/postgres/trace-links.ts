import type { TraceLinks } from '../../app/ports/run-traces.ts';
import type { Database } from './database.ts';

export function traceLinks(db: Database): TraceLinks {
  return {
    async keep(runId, traceParent) {
      await db.run.updateMany({ where: { id: runId }, data: { traceParent } });
    },
    of: (runId) => db.run.findUnique({ where: { id: runId }, select: { traceParent: true, queuedAt: true } }),
  };
}
