import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileSet } from '../../src/core/file-set.ts';

/** Writes files below a folder of ours. */
export async function writeFiles(folder: string, files: FileSet): Promise<void> {
  for (const [path, { bytes, executable }] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes, { mode: executable ? 0o755 : 0o644 });
  }
}
