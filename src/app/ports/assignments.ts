import type { AssignmentRules } from '../../core/assignment-rules.ts';
import type { Standing, Tries } from '../../core/standing.ts';
import type { AuditNote } from './audit.ts';

export interface AssignmentRecord {
  readonly id: string;
  readonly courseId: string;
  readonly courseTitle: string;
  readonly slug: string;
  readonly title: string;
  readonly scenario: string;
  readonly position: number;
  readonly weight: number;
  readonly published: boolean;
  readonly rules: AssignmentRules;
}

/** Everything that an instructor sets; the time zone is the course's. */
export interface AssignmentInput {
  readonly slug: string;
  readonly title: string;
  readonly scenario: string;
  readonly position: number;
  readonly weight: number;
  readonly published: boolean;
  readonly rules: Omit<AssignmentRules, 'timeZone'>;
}

export interface ExtensionRecord {
  readonly personId: string;
  readonly personName: string;
  readonly dueAt: Date | null;
  readonly closesAt: Date | null;
  readonly extraAttempts: number;
  readonly reason: string;
  readonly byId: string;
  readonly byName: string;
  readonly at: Date;
}

export interface OverrideRecord {
  readonly personId: string;
  readonly personName: string;
  readonly score: number;
  readonly reason: string;
  readonly byId: string;
  readonly byName: string;
  readonly at: Date;
}

/** A learner's standing with what was granted to them. */
export interface StandingRecord extends Omit<Standing, 'firstPassAt' | 'firstPassAttempts'> {
  readonly extension: ExtensionRecord | null;
  readonly override: OverrideRecord | null;
  readonly tries: Tries;
  /** As they hold for the learner. */
  readonly rules: AssignmentRules;
}

export interface Assignments {
  list(courseId: string): Promise<readonly AssignmentRecord[]>;
  find(courseId: string, slug: string): Promise<AssignmentRecord | null>;
  byId(id: string): Promise<AssignmentRecord | null>;
  /** @throws Refusal `conflict` when the course has one of that name. */
  create(courseId: string, input: AssignmentInput, audit: AuditNote, now: Date): Promise<void>;
  /** Stores the settings and works out every standing anew. */
  change(id: string, input: AssignmentInput, audit: AuditNote, now: Date): Promise<void>;
  /** False when something was submitted. */
  remove(id: string, audit: AuditNote, now: Date): Promise<boolean>;
  hasSubmissions(id: string): Promise<boolean>;

  standing(assignment: AssignmentRecord, personId: string): Promise<StandingRecord>;

  extensions(assignmentId: string): Promise<readonly ExtensionRecord[]>;
  extend(
    assignmentId: string,
    personId: string,
    grant: { dueAt: Date | null; closesAt: Date | null; extraAttempts: number; reason: string },
    audit: AuditNote & { actorId: string },
    now: Date,
  ): Promise<void>;
  withdrawExtension(assignmentId: string, personId: string, audit: AuditNote, now: Date): Promise<boolean>;

  overrides(assignmentId: string): Promise<readonly OverrideRecord[]>;
  override(
    assignmentId: string,
    personId: string,
    override: { score: number; reason: string },
    audit: AuditNote & { actorId: string },
    now: Date,
  ): Promise<void>;
  withdrawOverride(assignmentId: string, personId: string, audit: AuditNote, now: Date): Promise<boolean>;
}
