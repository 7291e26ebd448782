import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from './git-process.ts';
import { isMissing } from './is-missing.ts';
import { listed } from './repository-folder.ts';

/** Three times what a push may take: nothing that old belongs to one that is still going on, in whichever process. */
const QUIET_MS = 60 * 60_000;
const TIME_MS = 60_000;
/** Its time says when the repository was last tidied. */
const MARK = 'labgrader-tidied';

/** Has the repository changed since it was last tidied, and been left alone for an hour since? */
export async function needsTidying(path: string): Promise<boolean> {
  // Every push makes a folder among the objects, and one that deletes a branch a file beside them.
  const places = [path, join(path, 'objects'), join(path, 'objects', 'pack')];
  const changed = Math.max(...(await Promise.all(places.map(changedAt))));
  return changed > (await changedAt(join(path, MARK))) && changed < Date.now() - QUIET_MS;
}

/**
 * Removes what pushes that broke off have left, puts what is kept into one pack, and drops what no branch or tag leads
 * to. Takes no lock and may be killed at any time: what it leaves is removed the next time.
 * @param fileBytes of any file that it writes
 * @throws GitFailure when git can't, or not within a minute; what `signal` was aborted with
 */
export async function tidyRepository(path: string, fileBytes: number, signal: AbortSignal): Promise<void> {
  const before = Date.now() - QUIET_MS;
  await removeLeftovers(path, before);
  const since = new Date(before).toISOString();
  try {
    await git(['repack', '-A', '-d', '-l', '-n', '--quiet', `--unpack-unreachable=${since}`]);
    await git(['prune', `--expire=${since}`]);
  } finally {
    // One that git can't pack is tried again once it has changed, not for ever.
    if (!signal.aborted) await writeFile(join(path, MARK), '');
  }

  async function git(args: readonly string[]): Promise<void> {
    const limits = { timeMs: TIME_MS, fileBytes };
    const environment = { GIT_DIR: path };
    const settings = [['pack.windowMemory', '64m']] as const;
    await runGit({ args, folder: path, environment, settings, limits, maxBytes: 65_536 }, signal);
  }
}

/** Quarantines, half-written packs, and locks that nobody holds any more and that would refuse every push. */
async function removeLeftovers(path: string, before: number): Promise<void> {
  const objects = join(path, 'objects');
  const temporary = /^(\.tmp-|tmp_|incoming-)/;
  await removeOld(objects, temporary, before);
  await removeOld(join(objects, 'pack'), temporary, before);
  await removeOld(path, /\.lock$/, before);
  for (const name of ['heads', 'tags']) await removeOld(join(path, 'refs', name), /\.lock$/, before);
}

async function removeOld(folder: string, name: RegExp, before: number): Promise<void> {
  for (const entry of await listed(folder)) {
    const path = join(folder, entry.name);
    if (name.test(entry.name) && (await changedAt(path)) < before)
      await rm(path, { recursive: true, force: true });
  }
}

/** Milliseconds since 1970; 0 where nothing is there. */
async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
