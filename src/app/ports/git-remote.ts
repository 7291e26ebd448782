import type { Readable } from 'node:stream';
import type { FileSet } from '../../core/file-set.ts';
import type { IntakeLimits } from '../../core/intake-limits.ts';

/** One branch or tag that a push moves; a `before` or `after` of zeros stands for none. */
export interface RefUpdate {
  readonly before: string;
  readonly after: string;
  readonly ref: string;
}

export interface IncomingPush {
  readonly updates: readonly RefUpdate[];
  /** Bytes that the repository would take with what is being pushed. */
  readonly repositoryBytes: number;
  /** The files of a commit, judged by their names and sizes before they are read. @throws Refusal */
  files(commit: string, limits: IntakeLimits, signal: AbortSignal): Promise<FileSet>;
}

export type WriteLine = (line: string) => void;

/** What is done with a push. Lines reach whoever pushes at once, for as long as they watch. */
export interface PushHandlers {
  /** Before anything is kept. False refuses the push as a whole. */
  judge(push: IncomingPush, write: WriteLine, signal: AbortSignal): Promise<boolean>;
  /** After it was kept. `signal` aborts when nobody watches any more. */
  received(push: IncomingPush, write: WriteLine, signal: AbortSignal): Promise<void>;
}

/** A request of git's smart HTTP protocol. */
export interface RemoteCall {
  readonly path: '/info/refs' | '/git-receive-pack' | '/git-upload-pack';
  readonly method: 'GET' | 'POST';
  readonly service: 'git-receive-pack' | 'git-upload-pack';
  readonly contentType: string;
  readonly contentLength: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly protocol: string | undefined;
  readonly body: Readable;
}

export interface RemoteAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** To be read to its end even when nobody is there to be told: a push is kept only then. */
  readonly body: Readable;
}

/** Whose work at what: names a repository. */
export interface RemoteRepository {
  readonly assignmentId: string;
  readonly personId: string;
}

/** The service's own git server: one bare repository for each learner and assignment. */
export interface GitRemote {
  /**
   * `gone` aborts when the caller hangs up: before the request is there as a whole that ends it, later it goes on
   * unwatched.
   * @throws Refusal when too many are being served; GraderFault when git can't be run.
   */
  serve(
    repository: RemoteRepository,
    call: RemoteCall,
    handlers: PushHandlers,
    gone: AbortSignal,
  ): Promise<RemoteAnswer>;
  /** The commit that a branch is at; null where there is no such branch, or no repository. */
  tip(repository: RemoteRepository, ref: string, signal: AbortSignal): Promise<string | null>;
  /** The files of a commit that is kept. @throws Refusal */
  files(
    repository: RemoteRepository,
    commit: string,
    limits: IntakeLimits,
    signal: AbortSignal,
  ): Promise<FileSet>;
  /**
   * Packs what was pushed and drops what no branch or tag leads to any more, in a bounded number of repositories that
   * have been left alone for an hour, while no request is being served. Gives how many.
   */
  tidy(signal: AbortSignal): Promise<number>;
}
