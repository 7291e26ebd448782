import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { type FileEntry, type FileSet, sortedByPath, totalBytes } from '../../core/file-set.ts';
import { GraderFault } from '../../core/grader-fault.ts';
import type { Database } from './database.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** Above every intake limit: a blob that unpacks to more was not written by us. */
const MAX_BLOB_BYTES = 512 * 1024 * 1024;

const Index = z.array(z.tuple([z.string(), z.number().int().min(0), z.boolean()]));

/** Keeps the files once a digest; those that were removed come back when somebody brings them again. */
export async function keepFileTree(db: Database, digest: string, files: FileSet): Promise<void> {
  const createdAt = new Date();
  // Says that they are needed, so that none who removes old files takes them before the submission is written.
  const known = await db.fileTree.updateMany({ where: { digest, blob: { not: null } }, data: { createdAt } });
  if (known.count > 0) return;
  const blob = new Uint8Array(await pack(files));
  const facts = { blob, createdAt, fileCount: files.size, totalBytes: totalBytes(files) };
  await db.fileTree.createMany({ data: [{ digest, ...facts }], skipDuplicates: true });
  await db.fileTree.updateMany({ where: { digest, blob: null }, data: { ...facts, removedAt: null } });
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
