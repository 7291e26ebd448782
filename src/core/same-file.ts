import type { FileEntry } from './file-set.ts';

export function sameFile(a: FileEntry, b: FileEntry): boolean {
  return a.executable === b.executable && Buffer.from(a.bytes).equals(b.bytes);
}
