import { existsSync } from 'node:fs';
import { readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../src/machine/progress.ts';
import { runCommand } from '../../src/machine/run-command.ts';
import { PROJECT, packageCommand } from './project.ts';

const GENERATE_TIMEOUT_MS = 90_000;
const BUILD_TIMEOUT_MS = 90_000;

/** Writes the code that is made out of other code, where that has changed: the database client. */
export async function generateClient(progress: Progress, signal: AbortSignal): Promise<void> {
  const client = join(PROJECT, 'src/generated/prisma');
  const madeFrom = [join(PROJECT, 'prisma/schema.prisma'), join(PROJECT, 'node_modules/prisma/package.json')];
  if (!existsSync(madeFrom[0] ?? '') || (await isNewer(client, madeFrom))) return;
  await progress.step('database client', async () => {
    const args = ['scripts/prisma/prisma.ts', 'generate'];
    await runCommand(packageCommand('tsx'), args, { timeoutMs: GENERATE_TIMEOUT_MS, cwd: PROJECT }, signal);
    await touch(client);
  });
}

/** Builds the pages, where their sources have changed. */
export async function buildPages(progress: Progress, signal: AbortSignal): Promise<void> {
  const built = join(PROJECT, 'dist/web');
  const sources = join(PROJECT, 'src/web');
  if (!existsSync(join(sources, 'index.html')) || (await isNewer(built, await filesBelow(sources)))) return;
  await progress.step('pages', async () => {
    await runCommand(
      packageCommand('vite'),
      ['build'],
      { timeoutMs: BUILD_TIMEOUT_MS, cwd: PROJECT },
      signal,
    );
    await touch(built);
  });
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Whether a folder was touched after all those files were changed. */
async function isNewer(folder: string, files: readonly string[]): Promise<boolean> {
  const made = await stat(folder).catch(() => null);
  if (made === null) return false;
  const changed = await Promise.all(files.map(async (path) => (await stat(path)).mtimeMs));
  return changed.every((mtimeMs) => mtimeMs <= made.mtimeMs);
}

async function touch(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now);
}
