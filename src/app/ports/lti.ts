import type { CourseRole } from '../../core/role.ts';
import type { AuditNote } from './audit.ts';
import type { Untold } from './outbox.ts';
import type { IdentityKey } from './people.ts';

export interface LtiPlatformRecord {
  readonly id: string;
  /** The one course that it leads to; null where an admin trusts it for every course. */
  readonly courseId: string | null;
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly deploymentIds: readonly string[];
  readonly authUrl: string;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  readonly createdAt: Date;
}

export interface LtiKeyRecord {
  readonly id: string;
  /** The private half, sealed. */
  readonly sealed: string;
  readonly publicKey: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly signsFrom: Date;
}

/** A launch that was begun; hashes of what the browser and the platform must bring back. */
export interface LtiLoginRecord {
  readonly stateHash: string;
  readonly browserHash: string;
  readonly nonceHash: string;
  readonly platformId: string;
  readonly expiresAt: Date;
}

export interface LtiContextRecord {
  readonly id: string;
  readonly platform: LtiPlatformRecord;
  readonly deploymentId: string;
  readonly contextId: string;
  readonly title: string;
  /** Null until an instructor said which course it is. */
  readonly courseId: string | null;
  readonly rosterUrl: string | null;
  readonly rosterAt: Date | null;
}

export interface LtiLinkRecord {
  readonly id: string;
  readonly context: LtiContextRecord;
  readonly resourceId: string;
  readonly title: string;
  readonly assignmentId: string | null;
  readonly lineItemUrl: string | null;
}

/** What is to be told of a learner, and the instant that says it is newer than what was told before. */
export interface LtiTelling {
  readonly link: LtiLinkRecord;
  readonly lineItemUrl: string;
  /** The learner, as the platform names them. */
  readonly subject: string;
  readonly score: number | null;
  readonly passed: boolean;
  readonly told: string | null;
  readonly stamp: Date;
}

export interface LtiMember {
  readonly subject: string;
  readonly name: string;
  readonly role: CourseRole;
}

export interface LtiPlatforms {
  /** @throws Refusal `conflict` when issuer and client id are registered already */
  addPlatform(platform: LtiPlatformRecord, audit: AuditNote, now: Date): Promise<void>;
  /** Those of a course; null for those of every course. */
  platforms(courseId: string | null): Promise<readonly LtiPlatformRecord[]>;
  platform(id: string): Promise<LtiPlatformRecord | null>;
  /** Those of an issuer; at most one where the client id is known. */
  platformsOf(issuer: string, clientId: string | null): Promise<readonly LtiPlatformRecord[]>;
  changePlatform(platform: LtiPlatformRecord, audit: AuditNote, now: Date): Promise<void>;
  removePlatform(id: string, courseId: string | null, audit: AuditNote, now: Date): Promise<boolean>;

  /** Newest first. */
  keys(): Promise<readonly LtiKeyRecord[]>;
  /** False, and nothing is added, when `onlyFirst` and there is one already. */
  addKey(key: LtiKeyRecord, onlyFirst: boolean, audit: AuditNote, now: Date): Promise<boolean>;
  removeKey(id: string, audit: AuditNote, now: Date): Promise<boolean>;

  /** Forgets those that have expired as well. */
  beginLogin(login: LtiLoginRecord, now: Date): Promise<void>;
  /** Ends it, for exactly one of those who race for it; null for the others, and once it has expired. */
  takeLogin(stateHash: string, now: Date): Promise<LtiLoginRecord | null>;
}

export interface LtiCourses {
  /** Finds what a launch came from, or remembers it; what the platform calls it now is kept. */
  seeContext(
    context: Pick<LtiContextRecord, 'deploymentId' | 'contextId' | 'title' | 'rosterUrl'>,
    platformId: string,
    now: Date,
  ): Promise<LtiContextRecord>;
  contexts(courseId: string): Promise<readonly LtiContextRecord[]>;
  context(id: string): Promise<LtiContextRecord | null>;
  linkedContexts(platformId: string): Promise<number>;
  setTicket(id: string, hash: string, until: Date): Promise<void>;
  byTicket(hash: string, now: Date): Promise<LtiContextRecord | null>;
  /** Leads it to a course and puts the reading of its roster into the outbox; the ticket is used up. */
  linkContext(id: string, courseId: string, audit: AuditNote, now: Date): Promise<void>;
  /** False when the course has no such context. */
  unlinkContext(id: string, courseId: string, audit: AuditNote, now: Date): Promise<boolean>;

  /** Finds or remembers the link of a launch; what it leads to stays as it is. */
  seeLink(
    link: Pick<LtiLinkRecord, 'resourceId' | 'title' | 'lineItemUrl'>,
    contextId: string,
    now: Date,
  ): Promise<LtiLinkRecord>;
  links(courseId: string): Promise<readonly LtiLinkRecord[]>;
  link(id: string): Promise<LtiLinkRecord | null>;
  /** Leads a link to an assignment, or to none, and puts the telling of every known learner's score into the outbox. */
  pointLink(id: string, assignmentId: string | null, audit: AuditNote, now: Date): Promise<void>;
}

export interface LtiMembers {
  /** The person of a platform's account; a new one where it is unknown. Nobody is found by an e-mail address. */
  ensurePerson(
    account: IdentityKey,
    name: string,
    now: Date,
  ): Promise<{ id: string; blockedAt: Date | null }>;
  /** Enrols people, making those who are new; nobody is put down. */
  enrolMembers(
    courseId: string,
    issuer: string,
    members: readonly LtiMember[],
    audit: Pick<AuditNote, 'actorId' | 'act' | 'detail'>,
    now: Date,
  ): Promise<{ readonly added: number; readonly changed: number }>;
  noteRoster(contextId: string, now: Date): Promise<void>;
}

export interface LtiScores {
  /** Puts the telling of one learner's score into the outbox. */
  askToTell(linkId: string, personId: string, now: Date): Promise<void>;
  /** The state as it is now, under a stamp newer than any before; null when there is nobody to be told of it. */
  beginTelling(linkId: string, personId: string, now: Date): Promise<LtiTelling | null>;
  markTold(linkId: string, personId: string, stamp: Date, told: string, now: Date): Promise<void>;
  /** What platforms don't take of a course, by the id of their own course. */
  untold(courseId: string, now: Date): Promise<ReadonlyMap<string, Untold>>;
}

/** What is stored of platforms and their launches. */
export type Lti = LtiPlatforms & LtiCourses & LtiMembers & LtiScores;
