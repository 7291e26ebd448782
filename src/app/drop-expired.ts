import { type RetentionPolicy, expiredBefore } from '../core/retention.ts';
import type { AuditLog } from './ports/audit.ts';
import type { Clock } from './ports/clock.ts';
import type { DroppedBatch, Retention } from './ports/retention.ts';

const BATCH = 200;
/** Of each kind in one pass; the next pass goes on. */
const MAX_BATCHES = 50;

export interface DroppedCounts {
  readonly files: number;
  readonly evidence: number;
  readonly submissions: number;
  /** Submissions whose time is over and that stay for now. */
  readonly heldBack: number;
}

export interface DropDeps {
  readonly retention: Retention;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

type Drop = (before: Date, now: Date, limit: number) => Promise<DroppedBatch>;

/**
 * Removes what the policy keeps no longer, in bounded batches, and says in each course's audit log what was removed.
 * Several processes may do so at once.
 */
export async function dropExpired(
  deps: DropDeps,
  policy: RetentionPolicy,
  signal: AbortSignal,
): Promise<DroppedCounts> {
  const now = deps.clock.now();
  const before = expiredBefore(policy, now);
  const { retention } = deps;
  // The whole first: its files and evidence have the same end then, and are counted where they belong.
  const submissions = await drop(before.submission, 'submissions', retention.dropSubmissions.bind(retention));
  const evidence = await drop(before.evidence, 'evidence', retention.stripEvidence.bind(retention));
  const files = await drop(before.files, 'files', retention.dropFiles.bind(retention));
  const latest = [before.files, before.evidence, before.submission].reduce(later, null);
  const heldBack = latest === null ? 0 : await retention.heldBack(latest, now);
  return { files, evidence, submissions, heldBack };

  async function drop(end: Date | null, what: string, act: Drop): Promise<number> {
    if (end === null) return 0;
    const courses = new Map<string, number>();
    let total = 0;
    for (let batch = 0; batch < MAX_BATCHES && !signal.aborted; batch += 1) {
      const dropped = await act(end, now, BATCH);
      total += dropped.rows;
      for (const { courseId, submissions: count } of dropped.courses) {
        courses.set(courseId, (courses.get(courseId) ?? 0) + count);
      }
      if (dropped.rows < BATCH) break;
    }
    for (const [courseId, count] of courses) {
      const detail = { what, submissions: count, submittedBefore: end.toISOString() };
      const act = {
        actorId: null,
        courseId,
        act: 'retention.dropped',
        subject: `course:${courseId}`,
        detail,
      };
      await deps.audit.add(act, now);
    }
    return total;
  }
}

function later(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
