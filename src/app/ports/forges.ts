import type { IntakeLimits } from '../../core/intake-limits.ts';
import type { FileSet } from '../../core/file-set.ts';
import type { ForgeKind } from '../../core/forge-push.ts';
import type { AuditNote } from './audit.ts';
import type { Untold } from './outbox.ts';

export interface ForgeRecord {
  readonly id: string;
  readonly courseId: string;
  readonly kind: ForgeKind;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** The branch whose pushes are graded. */
  readonly branch: string;
  /** Sealed. */
  readonly secret: string;
  /** Sealed. */
  readonly credential: string | null;
  /** Null where it is fetched from over HTTPS. */
  readonly ssh: ForgeSsh | null;
  readonly createdAt: Date;
}

export interface ForgeSsh {
  /** `ssh://git@host`, without a slash at its end. */
  readonly url: string;
  /** As a known-hosts file holds them, without the name: one of them proves the server. */
  readonly hostKeys: readonly string[];
  /** Sealed; null where each repository has its own. */
  readonly key: string | null;
}

/** What a repository has of its own, each above what its forge has. */
export interface RepositoryAccess {
  /** Sealed. */
  readonly credential: string | null;
  /** Sealed. */
  readonly sshKey: string | null;
}

/** What changes of a repository; what is absent of its access stays as it is. */
export interface RepositoryMapping extends Partial<RepositoryAccess> {
  readonly name: string;
  readonly personId: string;
  readonly folders: Readonly<Record<string, string>>;
}

export interface RepositoryRecord extends RepositoryAccess {
  readonly id: string;
  readonly personId: string;
  readonly personName: string;
  /** Owner and name, lower-case. */
  readonly name: string;
  /** Folder by the name of an assignment, where it isn't `labs/<scenario>`. */
  readonly folders: Readonly<Record<string, string>>;
  readonly forge: ForgeRecord;
}

export type DeliveryState = 'waiting' | 'done' | 'ignored' | 'failed';

export interface NewDelivery {
  readonly forgeId: string;
  readonly deliveryId: string;
  readonly event: string;
  readonly repository: string;
  readonly repositoryId: string | null;
  readonly commit: string | null;
  readonly state: DeliveryState;
  readonly note: string;
  readonly receivedAt: Date;
}

export interface DeliveryRecord extends NewDelivery {
  readonly id: string;
  readonly tries: number;
}

/** A submission that came from a commit, and what its forge was last told of it. */
export interface CommitRecord {
  readonly submissionId: string;
  readonly commit: string;
  readonly told: string | null;
  readonly repository: RepositoryRecord;
}

export interface Forges {
  create(forge: Omit<ForgeRecord, 'createdAt'>, audit: AuditNote, now: Date): Promise<void>;
  list(courseId: string): Promise<readonly (ForgeRecord & { readonly repositories: number })[]>;
  find(courseId: string, id: string): Promise<ForgeRecord | null>;
  /** Those that a webhook may come from; one alone where its id is known. */
  ofKind(kind: ForgeKind, id: string | null): Promise<readonly ForgeRecord[]>;
  change(forge: Omit<ForgeRecord, 'createdAt'>, audit: AuditNote, now: Date): Promise<void>;
  remove(courseId: string, id: string, audit: AuditNote, now: Date): Promise<boolean>;

  /** Sets whose work each repository holds; those that aren't named stay as they are. */
  map(
    forgeId: string,
    repositories: readonly RepositoryMapping[],
    audit: AuditNote,
    now: Date,
  ): Promise<void>;
  repositories(forgeId: string): Promise<readonly RepositoryRecord[]>;
  repository(id: string): Promise<RepositoryRecord | null>;
  /** The id of the repository that a forge calls so, if it is somebody’s. */
  repositoryNamed(forgeId: string, name: string): Promise<string | null>;
  unmap(forgeId: string, repositoryId: string, audit: AuditNote, now: Date): Promise<boolean>;

  /** False when a delivery of that id was taken before. */
  addDelivery(delivery: NewDelivery): Promise<boolean>;
  deliveries(forgeId: string, limit: number): Promise<readonly DeliveryRecord[]>;
  /** Takes what is due, for `leaseMs`: whoever doesn't end it by then loses it to the next. */
  claimDelivery(
    now: Date,
    leaseMs: number,
    except: { readonly forgeIds: readonly string[]; readonly repositoryIds: readonly string[] },
  ): Promise<DeliveryRecord | null>;
  /** Whether a push of the same repository that came later was worked on before this one. */
  isOvertaken(delivery: DeliveryRecord): Promise<boolean>;
  endDelivery(id: string, state: Exclude<DeliveryState, 'waiting'>, note: string): Promise<void>;
  retryDelivery(id: string, dueAt: Date, note: string): Promise<void>;
  forgetDeliveries(before: Date): Promise<void>;

  /** Remembers where a submission came from, and puts the telling of it, and of those it superseded, into the outbox. */
  link(submissionId: string, repositoryId: string, commit: string, now: Date): Promise<void>;
  commitOf(submissionId: string): Promise<CommitRecord | null>;
  markTold(submissionId: string, told: string): Promise<void>;
  /** Commit statuses that forges of a course don't take, by the id of the forge. */
  untold(courseId: string, now: Date): Promise<ReadonlyMap<string, Untold>>;
}

/** Encrypts what must be shown again; `purpose` is bound in, so that none can be put in another's place. */
export interface SecretBox {
  /** Was it sealed with the key that seals now? */
  isNewest(sealed: string): boolean;
  seal(text: string, purpose: string): string;
  /** @throws GraderFault when it was sealed with another key or for another purpose */
  open(sealed: string, purpose: string): string;
}

export interface CommitOrigin {
  readonly kind: ForgeKind;
  readonly baseUrl: string;
  readonly name: string;
  readonly credential: string | null;
  /** How it is fetched over SSH; null where it is over HTTPS. */
  readonly ssh: SshAccess | null;
  readonly commit: string;
}

export interface SshAccess {
  readonly url: string;
  readonly hostKeys: readonly string[];
  readonly privateKey: string;
}

/** A commit that was fetched for as long as it is needed. */
export interface FetchedCommit extends AsyncDisposable {
  hasFolder(folder: string, signal: AbortSignal): Promise<boolean>;
  /** @throws Refusal */
  files(folder: string, limits: IntakeLimits, signal: AbortSignal): Promise<FileSet>;
}

export interface CommitSource {
  /**
   * Fetches exactly one commit, and nothing of its history.
   * @throws Refusal when the forge's address isn't one to go to, or the commit is too large; GraderFault when the
   * forge can't be reached or doesn't give it.
   */
  fetch(origin: CommitOrigin, signal: AbortSignal): Promise<FetchedCommit>;
  /** The commit that a branch is at; null where there is no such branch. Fails as `fetch` does. */
  head(origin: Omit<CommitOrigin, 'commit'>, branch: string, signal: AbortSignal): Promise<string | null>;
  /** Removes what a process that was killed left behind: commits, and keys of SSH beside them. */
  clear(): Promise<void>;
}

export interface CommitStatus {
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  readonly context: string;
  readonly description: string;
  readonly url: string;
}

/** Sends the service a delivery over its own front door, as a forge would. Gives the status of the answer. */
export type DeliverToSelf = (
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
) => Promise<number>;

/** What forges are reached by, and what a test of one is sent with. */
export interface ForgeReach {
  readonly commits: CommitSource;
  readonly statuses: StatusClient;
  readonly deliverToSelf: DeliverToSelf;
}

export interface StatusClient {
  /** @throws GraderFault when the forge didn't take it */
  post(origin: CommitOrigin, status: CommitStatus, signal: AbortSignal): Promise<void>;
}
