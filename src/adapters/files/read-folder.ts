import { stat } from 'node:fs/promises';
import type { FileSet } from '../../core/file-set.ts';
import { DEFAULT_INTAKE_LIMITS } from '../../core/intake-limits.ts';
import { LEFT_OUT } from '../../core/left-out.ts';
import { Refusal } from '../../core/refusal.ts';
import { MAX_DEPTH } from '../../core/submitted-path.ts';
import { walk, type WalkLimits } from './walk.ts';

/** The same bounds that an uploaded archive has to keep. */
const LIMITS: WalkLimits = {
  files: DEFAULT_INTAKE_LIMITS.entries,
  totalBytes: DEFAULT_INTAKE_LIMITS.unpackedBytes,
  depth: MAX_DEPTH,
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
export async function readFolder(
  path: string,
  limits: WalkLimits = LIMITS,
  leaveOut: readonly string[] = Object.keys(LEFT_OUT),
): Promise<ReadFolder> {
  if (!(await isFolder(path))) throw new Refusal('not-found', `There is no folder ${JSON.stringify(path)}.`);
  const { files, leftOut } = await walk(path, limits, (name) =>
    leaveOut.includes(name) ? (LEFT_OUT[name] ?? 'the server takes no such thing') : undefined,
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
