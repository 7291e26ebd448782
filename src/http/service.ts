import type { ArchiveEntry } from '../app/ports/archives.ts';
import type { AuditLog } from '../app/ports/audit.ts';
import type { Assignments } from '../app/ports/assignments.ts';
import type { Clock } from '../app/ports/clock.ts';
import type { Courses } from '../app/ports/courses.ts';
import type { ForgeReach, Forges, SecretBox } from '../app/ports/forges.ts';
import type { Institution, SignInAttempts } from '../app/ports/institution.ts';
import type { LtiClient } from '../app/ports/lti-client.ts';
import type { Lti } from '../app/ports/lti.ts';
import type { Gradebooks } from '../app/ports/gradebooks.ts';
import type { PendingPushes } from '../app/ports/pending-pushes.ts';
import type { People } from '../app/ports/people.ts';
import type { PersonData, PersonRepositories } from '../app/ports/person-data.ts';
import type { PersonRemovals } from '../app/ports/person-removals.ts';
import type { Regrades } from '../app/ports/regrades.ts';
import type { RunFeed } from '../app/ports/run-feed.ts';
import type { RunQueue } from '../app/ports/run-queue.ts';
import type { RunTraces } from '../app/ports/run-traces.ts';
import type { Runs } from '../app/ports/runs.ts';
import type { Scenarios } from '../app/ports/scenarios.ts';
import type { Submissions } from '../app/ports/submissions.ts';
import type { Workers } from '../app/ports/workers.ts';
import type { IntakeLimits } from '../core/intake-limits.ts';
import type { RetentionPolicy } from '../core/retention.ts';
import type { Readable } from 'node:stream';
import type { FileSet } from '../core/file-set.ts';

/** Everything that the API's routes need; each takes what it uses. */
export interface Service {
  readonly people: People;
  readonly personData: PersonData;
  readonly removals: PersonRemovals;
  /** Those at the service's own remote. */
  readonly repositories: PersonRepositories;
  readonly courses: Courses;
  readonly assignments: Assignments;
  readonly submissions: Submissions;
  readonly runs: Runs;
  readonly traces: RunTraces;
  readonly gradebooks: Gradebooks;
  readonly regrades: Regrades;
  readonly audit: AuditLog;
  readonly workers: Workers;
  readonly pendingPushes: PendingPushes;
  /** Null where people don't sign in by one. */
  readonly institution: Institution | null;
  readonly signInAttempts: SignInAttempts;
  readonly forges: Forges;
  readonly forgeReach: ForgeReach;
  /** Null where no key to keep secrets with is configured. */
  readonly secrets: SecretBox | null;
  readonly lti: Lti;
  readonly ltiClient: LtiClient;
  /** A webhook brought work. */
  readonly webhookCame: () => void;
  readonly queue: RunQueue;
  readonly feed: RunFeed;
  readonly scenarios: Scenarios;
  readonly clock: Clock;
  readonly intake: IntakeLimits;
  /** How long what was submitted is kept. */
  readonly keeps: RetentionPolicy;
  /** Reads an uploaded archive. @throws Refusal */
  readonly readArchive: (body: Readable, limits: IntakeLimits) => Promise<FileSet>;
  /** Packs files for download. */
  readonly packArchive: (files: FileSet, folder: string) => Readable;
  /** Packs files while they come: of an archive that is too long to be held. */
  readonly packEntries: (entries: AsyncIterable<ArchiveEntry>) => Readable;
  /** Address under which people reach the pages, without a slash at its end. */
  readonly publicUrl: string;
}
