import { stat } from 'node:fs/promises';
import type { FileSet } from '../../core/file-set.ts';
import { Refusal } from '../../core/refusal.ts';
import { walk, type WalkLimits } from './walk.ts';

/** The same bounds that an uploaded archive has to keep. */
const LIMITS: WalkLimits = { files: 2000, totalBytes: 20 * 1_048_576, depth: 24 };

/**
 * What a learner's own folder holds beside the project. The grader plants what it needs of these itself, and an
 * upload would not carry them either.
 */
const LEFT_OUT: Readonly<Record<string, string>> = {
  '.git': 'version control is no part of a submission',
  '.hg': 'version control is no part of a submission',
  '.svn': 'version control is no part of a submission',
  '.venv': 'a virtual environment belongs to the machine that made it',
  venv: 'a virtual environment belongs to the machine that made it',
  node_modules: 'installed packages are no part of a submission',
  __pycache__: 'compiled Python belongs to the machine that made it',
  '.mypy_cache': 'a cache is no part of a submission',
  '.pytest_cache': 'a cache is no part of a submission',
};

export interface ReadFolder {
  readonly files: FileSet;
  /** What was not taken and why, for a notice; names that every system strews about are not listed. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
}

/**
 * A learner's project folder as a submission: bounded, links not followed.
 * @throws Refusal `not-found` where there is no such folder, `archive-*` where it can't be taken.
 */
export async function readFolder(path: string, limits: WalkLimits = LIMITS): Promise<ReadFolder> {
  if (!(await isFolder(path))) throw new Refusal('not-found', `There is no folder ${JSON.stringify(path)}.`);
  const { files, leftOut } = await walk(path, limits, (name) =>
    Object.hasOwn(LEFT_OUT, name) ? LEFT_OUT[name] : undefined,
  );
  return { files, leftOut };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
