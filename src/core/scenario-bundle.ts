import type { FileEntry, FileSet } from './file-set.ts';
import type { ScenarioFile } from './scenario.ts';

/** A scenario as loaded: its declaration, the files a learner starts from, and its solutions and wrong fixes. */
export interface Scenario extends ScenarioFile {
  /** Hex sha-256 over everything that decides a verdict: declaration, starter and shared layers. */
  readonly digest: string;
  /** The learner's briefing, Markdown. */
  readonly briefing: string;
  /** The broken project: shared layers with the starter laid over them, without planted files. */
  readonly starter: FileSet;
}

/** A submission that comes with the scenario to prove it. */
export interface Specimen {
  readonly name: string;
  readonly kind: 'starter' | 'solution' | 'wrong';
  /** The whole project: starter with the specimen's changes laid over it. */
  readonly files: FileSet;
  /** For a solution: passed, 100. For the others: the verdict and the ids of the checks that must fail. */
  readonly expectedVerdict: string;
  readonly expectedFailures: readonly string[];
}

/** Lays changed files over a tree; null removes a file. */
export function overlay(base: FileSet, changes: ReadonlyMap<string, FileEntry | null>): FileSet {
  const files = new Map(base);
  for (const [path, entry] of changes) {
    if (entry === null) files.delete(path);
    else files.set(path, entry);
  }
  return files;
}
