import type { CourseRole } from '../../core/role.ts';
import type { AuditNote } from './audit.ts';
import type { MemberRecord } from './people.ts';

export interface CourseRecord {
  readonly id: string;
  readonly title: string;
  readonly timeZone: string;
}

export interface InvitationRecord {
  readonly id: string;
  readonly courseId: string;
  readonly courseTitle: string;
  readonly role: CourseRole;
  readonly maxUses: number;
  readonly uses: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface MemberInput {
  readonly name: string;
  readonly email: string;
  readonly role: CourseRole;
  /** Undefined leaves it as it is. */
  readonly externalId?: string | null;
}

export interface Courses {
  all(): Promise<readonly CourseRecord[]>;
  find(id: string): Promise<CourseRecord | null>;
  /** @throws Refusal `conflict` when the id is taken. */
  create(course: CourseRecord, audit: AuditNote, now: Date): Promise<void>;
  change(id: string, change: Partial<Omit<CourseRecord, 'id'>>, audit: AuditNote, now: Date): Promise<void>;
  counts(id: string): Promise<{ learners: number; staff: number; assignments: number }>;

  members(courseId: string): Promise<readonly MemberRecord[]>;
  member(courseId: string, personId: string): Promise<MemberRecord | null>;
  /** Enrols people, making those who are new, in one transaction. */
  enrol(courseId: string, members: readonly MemberInput[], audit: AuditNote, now: Date): Promise<void>;
  changeMember(
    courseId: string,
    personId: string,
    change: { role?: CourseRole; externalId?: string | null },
    audit: AuditNote,
    now: Date,
  ): Promise<void>;
  removeMember(courseId: string, personId: string, audit: AuditNote, now: Date): Promise<void>;

  invitations(courseId: string, now: Date): Promise<readonly InvitationRecord[]>;
  invite(
    invitation: { courseId: string; role: CourseRole; maxUses: number; expiresAt: Date; hash: string },
    audit: AuditNote,
    now: Date,
  ): Promise<InvitationRecord>;
  revokeInvitation(courseId: string, id: string, audit: AuditNote, now: Date): Promise<boolean>;
  /** A live invitation with uses left. */
  invitation(hash: string, now: Date): Promise<InvitationRecord | null>;
  /** Uses one up and enrols the person; a role that stands higher is kept. False when none was left. */
  acceptInvitation(hash: string, personId: string, now: Date): Promise<boolean>;
}
