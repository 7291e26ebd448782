import { assignmentStore } from './adapters/postgres/assignment-store.ts';
import { auditLog } from './adapters/postgres/audit-log.ts';
import { courseStore } from './adapters/postgres/course-store.ts';
import type { Database } from './adapters/postgres/database.ts';
import { gradebookStore } from './adapters/postgres/gradebook-store.ts';
import { pendingPushStore } from './adapters/postgres/pending-push-store.ts';
import { personDataStore } from './adapters/postgres/person-data-store.ts';
import { personRemovalStore } from './adapters/postgres/person-removal-store.ts';
import { personStore } from './adapters/postgres/person-store.ts';
import { regradeStore } from './adapters/postgres/regrade-store.ts';
import { retentionStore } from './adapters/postgres/retention-store.ts';
import { runStore } from './adapters/postgres/run-store.ts';
import { signInAttemptStore } from './adapters/postgres/sign-in-attempt-store.ts';
import { submissionStore } from './adapters/postgres/submission-store.ts';
import { workerStore } from './adapters/postgres/worker-store.ts';
import { handoutOf } from './adapters/files/write-handout.ts';
import type { Clock } from './app/ports/clock.ts';
import type { Scenarios } from './app/ports/scenarios.ts';
import type { Scenario } from './core/scenario-bundle.ts';

/** Every port that Postgres fills. */
export function composeStores(db: Database) {
  return {
    people: personStore(db),
    personData: personDataStore(db),
    removals: personRemovalStore(db),
    courses: courseStore(db),
    assignments: assignmentStore(db),
    submissions: submissionStore(db),
    runs: runStore(db),
    gradebooks: gradebookStore(db),
    regrades: regradeStore(db),
    audit: auditLog(db),
    signInAttempts: signInAttemptStore(db),
    workers: workerStore(db),
    retention: retentionStore(db),
    pendingPushes: pendingPushStore(db),
  };
}

export const SYSTEM_CLOCK: Clock = { now: () => new Date() };

/** The scenarios as loaded at start. */
export function scenarioCatalogue(scenarios: ReadonlyMap<string, Scenario>): Scenarios {
  const inOrder = [...scenarios.values()].sort(
    (a, b) => a.part.localeCompare(b.part) || a.id.localeCompare(b.id),
  );
  return {
    all: () => inOrder,
    find: (id) => scenarios.get(id),
    handout: handoutOf,
  };
}
