import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './is-missing.ts';
import { runGit } from './git-process.ts';

const MAX_FILES = 20_000;

/** Makes the bare repository where it isn't there yet; whoever comes second finds the first one's. */
export async function ensureRepository(path: string, signal: AbortSignal): Promise<void> {
  if (await exists(join(path, 'HEAD'))) return;
  const parent = join(path, '..');
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const made = await mkdtemp(join(parent, '.new-'));
  try {
    const args = ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', made];
    await runGit(
      { args, folder: parent, limits: { timeMs: 10_000, fileBytes: 1 << 20 }, maxBytes: 4_096 },
      signal,
    );
    await rename(made, path);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    if (!(await exists(join(path, 'HEAD')))) throw error;
  }
}

/** The commit that a branch or tag is at; null where there is none, or no repository. */
export async function tipOf(path: string, ref: string, signal: AbortSignal): Promise<string | null> {
  if (!(await exists(join(path, 'HEAD')))) return null;
  const args = ['for-each-ref', '--format=%(refname) %(objectname)', '--', ref];
  const limits = { timeMs: 10_000, fileBytes: 0 };
  const environment = { GIT_DIR: path };
  const listed = await runGit({ args, folder: path, environment, limits, maxBytes: 1 << 20 }, signal);
  const lines = listed.toString('latin1').split('\n');
  return lines.find((line) => line.startsWith(`${ref} `))?.slice(ref.length + 1) ?? null;
}

/** Bytes of all files under a folder; infinity where there are too many to count. */
export async function bytesUnder(folder: string): Promise<number> {
  let bytes = 0;
  let files = 0;
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of await listed(next)) {
      const path = join(next, entry.name);
      files += 1;
      if (files > MAX_FILES) return Number.POSITIVE_INFINITY;
      if (entry.isDirectory()) waiting.push(path);
      else bytes += await sizeOf(path);
    }
  }
  return bytes;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** What a folder holds; nothing where it is gone: pushes move files at any time. */
export async function listed(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
