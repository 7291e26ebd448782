import { createHash } from 'node:crypto';

/** One file of a submission, a starter or a build context. */
export interface FileEntry {
  readonly bytes: Uint8Array;
  readonly executable: boolean;
}

/** Files by their path: relative, `/`-separated, normalised (no `.`/`..` segment, no leading slash). */
export type FileSet = ReadonlyMap<string, FileEntry>;

/** Bytes of all files together. */
export function totalBytes(files: FileSet): number {
  let sum = 0;
  for (const entry of files.values()) sum += entry.bytes.byteLength;
  return sum;
}

/** Hex sha-256 over paths, modes and contents in path order: equal for equal trees, whatever carried them. */
export function digestOf(files: FileSet): string {
  const hash = createHash('sha256');
  for (const [path, entry] of sortedByPath(files)) {
    // Lengths before contents, so that no two trees serialise to the same bytes.
    hash.update(
      `${Buffer.byteLength(path)} ${entry.bytes.byteLength} ${entry.executable ? 'x' : '-'} ${path}\n`,
    );
    hash.update(entry.bytes);
  }
  return hash.digest('hex');
}

/** Entries in code-unit order of their paths, the order in which archives and digests list them. */
export function sortedByPath(files: FileSet): [string, FileEntry][] {
  return [...files].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A FileEntry of UTF-8 text. */
export function textFile(text: string, executable = false): FileEntry {
  return { bytes: Buffer.from(text, 'utf8'), executable };
}

/** The file's text, or undefined where there is no such file. Invalid UTF-8 becomes U+FFFD. */
export function textOf(files: FileSet, path: string): string | undefined {
  const entry = files.get(path);
  return entry && Buffer.from(entry.bytes).toString('utf8');
}

/** Is `path` the folder `folder` or inside it? `.` holds everything. */
export function isInside(path: string, folder: string): boolean {
  const prefix = folder.replace(/\/+$/, '');
  return prefix === '.' || path === prefix || path.startsWith(`${prefix}/`);
}
