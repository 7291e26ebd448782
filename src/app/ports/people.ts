import type { CourseRole, Scope } from '../../core/role.ts';
import type { Actor } from '../actor.ts';
import type { AuditNote } from './audit.ts';

export type TokenKind = 'api' | 'session' | 'sign-in';

export interface TokenRecord {
  readonly id: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
}

export interface NewToken {
  readonly hash: string;
  readonly kind: TokenKind;
  readonly personId: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date;
}

export interface PersonRecord {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly admin: boolean;
  /** Since when nothing lets the person in; null for everybody else. */
  readonly blockedAt: Date | null;
}

/** What an account of an institution is known by, for good. */
export interface IdentityKey {
  readonly issuer: string;
  readonly subject: string;
}

export interface People {
  find(id: string): Promise<PersonRecord | null>;
  byEmail(email: string): Promise<PersonRecord | null>;
  /** Finds by address or makes a person. */
  ensure(person: { email: string; name: string; admin?: boolean }): Promise<PersonRecord>;
  /** Makes a person; null where somebody has the address already, also since a moment ago. */
  add(person: { email: string; name: string }): Promise<PersonRecord | null>;
  /** The person who holds a live token of one of the kinds, and isn't blocked. */
  actorByToken(
    hash: string,
    kinds: readonly TokenKind[],
    now: Date,
  ): Promise<(Actor & { tokenId: string }) | null>;
  /** Would the token hold, if the person who has it weren't blocked? */
  isTokenOfBlocked(hash: string, kinds: readonly TokenKind[], now: Date): Promise<boolean>;
  /** Ends a one-time token, for exactly one of those who race for it; null for the others. */
  useOnce(hash: string, now: Date): Promise<string | null>;
  addToken(token: NewToken, audit: AuditNote | null, now: Date): Promise<TokenRecord>;
  tokens(personId: string, now: Date): Promise<readonly TokenRecord[]>;
  /** False when the person has no such live token. */
  endToken(personId: string, tokenId: string, audit: AuditNote | null, now: Date): Promise<boolean>;
  /** The person of an institution's account; null when it is unknown. */
  byIdentity(account: IdentityKey): Promise<PersonRecord | null>;
  /**
   * Makes the account lead to the person, once. False when it leads to somebody else, or another account of the same
   * institution leads to the person.
   */
  linkIdentity(personId: string, account: IdentityKey, audit: AuditNote, now: Date): Promise<boolean>;
  /** Blocks a person or lets them in again. False when there is no such person. */
  setBlocked(personId: string, blocked: boolean, audit: AuditNote, now: Date): Promise<boolean>;
}

export interface MemberRecord {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly externalId: string | null;
  readonly role: CourseRole;
  readonly enrolledAt: Date;
  /** Since when they are let in nowhere; null who isn't blocked. */
  readonly blockedAt: Date | null;
}
