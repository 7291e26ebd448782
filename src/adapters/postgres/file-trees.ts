import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { type FileEntry, type FileSet, sortedByPath, totalBytes } from '../../core/file-set.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import type { Database } from './database.ts';
import { askOf } from './statements.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** Above every intake limit: a blob that unpacks to more was not written by us. */
const MAX_BLOB_BYTES = 512 * 1024 * 1024;

const Index = z.array(z.tuple([z.string(), z.number().int().min(0), z.boolean()]));

/** Keeps the files once a digest; those that were removed come back when somebody brings them again. */
export async function keepFileTree(db: Database, digest: string, files: FileSet): Promise<void> {
  const ask = askOf(db);
  const now = new Date();
  // Says that they are needed, so that none who removes old files takes them before the submission is written.
  const known = await ask(
    'UPDATE file_tree SET created_at = $2 WHERE digest = $1 AND blob IS NOT NULL RETURNING digest',
    [digest, now],
  );
  if (known.length > 0) return;
  await ask(
    `INSERT INTO file_tree (digest, blob, file_count, total_bytes, created_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (digest) DO UPDATE SET blob = excluded.blob, file_count = excluded.file_count,
       total_bytes = excluded.total_bytes, created_at = excluded.created_at, removed_at = NULL
     WHERE file_tree.blob IS NULL`,
    [digest, await pack(files), files.size, totalBytes(files), now],
  );
}

/** Null once the files were removed. @throws GraderFault when they were never there. */
export async function readFileTree(db: Database, digest: string): Promise<FileSet | null> {
  const row = await db.fileTree.findUnique({ where: { digest } });
  if (row === null) throw new GraderFault(`the files of ${digest} are gone from the database`);
  return row.blob === null ? null : unpack(row.blob);
}

/** One gzip of an index line in JSON, then the contents one after another. */
async function pack(files: FileSet): Promise<Buffer> {
  const entries = sortedByPath(files);
  const index = entries.map(([path, entry]) => [path, entry.bytes.byteLength, entry.executable]);
  const parts = [Buffer.from(`${JSON.stringify(index)}\n`), ...entries.map(([, entry]) => entry.bytes)];
  return compress(Buffer.concat(parts));
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
