import { promisify } from 'node:util';
import { gunzip, gzip, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { type FileEntry, type FileSet, sortedByPath } from '../../core/file-set.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import type { Database } from './database.ts';
import { askOf } from './statements.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** Above every intake limit: a blob that unpacks to more was not written by us. */
const MAX_BLOB_BYTES = 512 * 1024 * 1024;

/** To pack less takes less time than to have another thread do it. */
const SMALL_BYTES = 64 * 1024;

const Index = z.array(z.tuple([z.string(), z.number().int().min(0), z.boolean()]));

/** Files and what they are known by. */
export interface FileTree {
  readonly digest: string;
  readonly files: FileSet;
  readonly bytes: number;
}

/** Keeps the files of each tree once; those that were removed come back when somebody brings them again. */
export async function keepFileTrees(db: Database, trees: readonly FileTree[]): Promise<void> {
  const now = new Date();
  const wanted = new Map(trees.map((tree) => [tree.digest, tree]));
  // In one order, so that of two who bring the same ones none waits for the other.
  const kept = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = await Promise.all(
    kept.map(async ([digest, { files, bytes }]) => [digest, await pack(files), files.size, bytes, now]),
  );
  await askOf(db)(keepTrees(rows.length), rows.flat());
}

/**
 * A row of values each, and no list of all: so they go over as the bytes that they are. What is there already is made
 * young, so that none who removes old files takes it before the submission is written.
 */
function keepTrees(count: number): string {
  const rows = Array.from({ length: count }, (_row, index) => {
    const [digest, blob, fileCount, bytes, at] = [1, 2, 3, 4, 5].map((column) => `$${index * 5 + column}`);
    return `(${digest}, ${blob}::bytea, ${fileCount}::int, ${bytes}::int, ${at}::timestamptz)`;
  });
  return `
    INSERT INTO file_tree (digest, blob, file_count, total_bytes, created_at) VALUES ${rows.join(', ')}
    ON CONFLICT (digest) DO UPDATE SET blob = coalesce(file_tree.blob, excluded.blob),
      file_count = excluded.file_count, total_bytes = excluded.total_bytes, created_at = excluded.created_at,
      removed_at = NULL`;
}

/** Null once the files were removed. @throws GraderFault when they were never there. */
export async function readFileTree(db: Database, digest: string): Promise<FileSet | null> {
  const [row] = await askOf(db)('SELECT blob FROM file_tree WHERE digest = $1', [digest]);
  if (row === undefined) throw new GraderFault(`the files of ${digest} are gone from the database`);
  const { blob } = BlobRow.parse(row);
  return blob === null ? null : unpack(blob);
}

const BlobRow = z.object({ blob: z.instanceof(Uint8Array).nullable() });

/** One gzip of an index line in JSON, then the contents one after another. */
async function pack(files: FileSet): Promise<Buffer> {
  const entries = sortedByPath(files);
  const index = entries.map(([path, entry]) => [path, entry.bytes.byteLength, entry.executable]);
  const parts = [Buffer.from(`${JSON.stringify(index)}\n`), ...entries.map(([, entry]) => entry.bytes)];
  const whole = Buffer.concat(parts);
  return whole.byteLength <= SMALL_BYTES ? gzipSync(whole) : compress(whole);
}

async function unpack(blob: Uint8Array): Promise<FileSet> {
  const bytes = await expand(blob, { maxOutputLength: MAX_BLOB_BYTES });
  const end = bytes.indexOf(0x0a);
  const index = Index.parse(JSON.parse(bytes.subarray(0, end).toString('utf8')));
  const files = new Map<string, FileEntry>();
  let offset = end + 1;
  for (const [path, length, executable] of index) {
    files.set(path, { bytes: bytes.subarray(offset, offset + length), executable });
    offset += length;
  }
  return files;
}
