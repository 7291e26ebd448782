import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sortedByPath, textFile, type FileEntry } from '../../core/file-set.ts';
import { plantedFile } from '../../core/planted-files.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Scenario } from '../../core/scenario-bundle.ts';

/**
 * Writes the starter as a learner gets it: the broken project, its briefing as README.md, and the planted files.
 * @returns the paths written.
 * @throws Refusal `conflict` where the folder holds anything already, so that nobody's work is overwritten.
 */
export async function writeHandout(scenario: Scenario, folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new Refusal(
      'conflict',
      `${JSON.stringify(folder)} is not empty, and a hand-out overwrites nothing.`,
      {
        wayOut: 'Name a folder that does not exist yet.',
      },
    );
  }
  const files = handoutOf(scenario);
  for (const [path, entry] of sortedByPath(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, entry.bytes, { flag: 'wx', mode: entry.executable ? 0o755 : 0o644 });
  }
  return [...files.keys()].sort();
}

/** The files of a hand-out; planted ones hold fresh random text. */
export function handoutOf(scenario: Scenario): ReadonlyMap<string, FileEntry> {
  const files = new Map(scenario.starter);
  for (const plant of scenario.planted) files.set(plant.path, plantedFile(plant.path, plant.bytes).entry);
  files.set('README.md', textFile(scenario.briefing));
  return files;
}
